import { setTimeout as delay } from 'node:timers/promises';
import { hostOf, pidOf } from './process-identity.ts';

/** A process that is waited for. */
export interface Waiting {
  readonly pid: number;
  readonly host: string;
  /** What it is busy with: `stage "train" of pipeline squat`. */
  readonly work: string;
  /** How long its heartbeat has been seen not to move, in ms. */
  readonly silentMs: number;
}

/** Whom a look has found. */
type Found = Promise<
  ({ readonly identity: string } & Pick<Waiting, 'work' | 'silentMs'>) | undefined
>;

/** How somebody waits. */
export interface WaitOptions {
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Called once with the process that is waited for, when that has taken 2 s. */
  readonly onWait?: ((waiting: Waiting) => void) | undefined;
}

const pollMs = 30;
/** Shorter waits are not worth a line. */
const patienceMs = 2_000;

/**
 * Waits for other processes.
 *
 * @param find - looks whom there is to wait for; undefined if nobody.
 * @returns false when `signal` was aborted first.
 */
export async function waitForOthers(
  find: () => Awaited<Found> | Found,
  { signal, onWait }: WaitOptions,
): Promise<boolean> {
  const started = performance.now();
  let isTold = false;
  for (;;) {
    if (signal?.aborted === true) return false;
    const found = await find();
    if (found === undefined) return true;
    if (!isTold && performance.now() - started >= patienceMs) {
      const { identity, work, silentMs } = found;
      isTold = true;
      onWait?.({ pid: pidOf(identity), host: hostOf(identity), work, silentMs });
    }
    await delay(pollMs);
  }
}

/** Says who is waited for: `waiting for process 41 on box, which is busy with …`. */
export function describeWaiting({ pid, host, work, silentMs }: Waiting): string {
  const age = Math.round(silentMs / 1000);
  return `waiting for process ${pid} on ${host}, which is busy with ${work} (its heartbeat is ${age} s old)`;
}
