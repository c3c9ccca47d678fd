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

/** Shorter waits are not worth a line. */
const patienceMs = 2_000;

/**
 * To be called at every turn of a loop that waits; `tell` is called once, when it has waited 2 s.
 *
 * @param tell - who wants to know; nobody if undefined.
 */
export function createWaitNotice(
  tell: ((waiting: Waiting) => void) | undefined,
): (identity: string, about: Pick<Waiting, 'work' | 'silentMs'>) => void {
  const started = performance.now();
  let isTold = false;
  return (identity, about) => {
    if (isTold || performance.now() - started < patienceMs) return;
    isTold = true;
    tell?.({ pid: pidOf(identity), host: hostOf(identity), ...about });
  };
}

/** Says who is waited for: `waiting for process 41 on box, which is busy with …`. */
export function describeWaiting({ pid, host, work, silentMs }: Waiting): string {
  const age = Math.round(silentMs / 1000);
  return `waiting for process ${pid} on ${host}, which is busy with ${work} (its heartbeat is ${age} s old)`;
}
