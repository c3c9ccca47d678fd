import { describeProblem } from '@limber/files';
import type { RankMessage } from './rank-messages.ts';

/** How a rank ended. */
export interface RankEnd {
  readonly rank: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said of it. */
  readonly error: Extract<RankMessage, { type: 'error' }> | null;
  /** Whether it had to be killed, because it did not end after another rank had. */
  readonly wasKilledHere: boolean;
}

/** The one error of a training over several processes. */
export class RankFailure extends Error {
  override readonly name = 'RankFailure';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Finds out which rank ended all others: one that said why, else one that died, else one that hung. What the others say of
 * a rank that is gone is left out.
 *
 * @returns null if all have finished.
 */
export function failureOf(ends: readonly RankEnd[], worldSize: number): RankFailure | null {
  if (ends.every(({ code }) => code === 0)) return null;
  const where = (rank: number): string => `rank ${rank} of ${worldSize}`;
  const speaking = ends.find(({ error }) => error !== null && !error.isEcho);
  if (speaking !== undefined) {
    const { text, exitCode } = speaking.error!;
    const isOfOne = ends.some(({ error }) => error === null || error.isEcho);
    return new RankFailure(isOfOne ? `${where(speaking.rank)}: ${text}` : text, exitCode);
  }
  const fix = 'The others were ended. Run again to go on from the last checkpoint.';
  const dead = ends.find(
    ({ error, code, wasKilledHere }) => !error && !wasKilledHere && code !== 0,
  );
  if (dead !== undefined) {
    const how = dead.signal === null ? `exit code ${dead.code}` : dead.signal;
    return new RankFailure(
      describeProblem({ where: where(dead.rank), what: `it ended with ${how}`, fix }),
      1,
    );
  }
  const hanging = ends.find(({ wasKilledHere }) => wasKilledHere);
  if (hanging !== undefined) {
    const what = 'it hung: the others waited for it in vain';
    return new RankFailure(describeProblem({ where: where(hanging.rank), what, fix }), 1);
  }
  return new RankFailure(ends.find(({ error }) => error !== null)!.error!.text, 1);
}
