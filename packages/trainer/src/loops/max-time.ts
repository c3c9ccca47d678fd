import { LimberError } from '@limber/files';

/** A length of time: Lightning's `'DD:HH:MM:SS'`, or its parts. */
export type MaxTime =
  | string
  | {
      readonly days?: number;
      readonly hours?: number;
      readonly minutes?: number;
      readonly seconds?: number;
    };

/**
 * The seconds of a {@link MaxTime}.
 *
 * @throws {LimberError} `invalid-argument`.
 */
export function secondsOfMaxTime(time: MaxTime): number {
  const parts = typeof time === 'string' ? partsOf(time) : time;
  const { days = 0, hours = 0, minutes = 0, seconds = 0 } = parts ?? {};
  const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  if (total > 0 && Number.isFinite(total)) return total;
  throw new LimberError('invalid-argument', {
    where: 'Trainer.maxTime',
    what: 'not a length of time',
    expected: "'DD:HH:MM:SS' or { days, hours, minutes, seconds }, above 0",
    got: typeof time === 'string' ? `'${time}'` : JSON.stringify(time),
  });
}

function partsOf(text: string): Exclude<MaxTime, string> | null {
  const match = /^(\d+):([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(text);
  if (match === null) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map(Number);
  return { days: days!, hours: hours!, minutes: minutes!, seconds: seconds! };
}
