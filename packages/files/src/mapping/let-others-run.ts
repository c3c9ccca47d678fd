import { setImmediate as nextTurn } from 'node:timers/promises';

/** A file takes some 0.1 ms to be synced, read or linked. */
const filesPerTurn = 64;

let files = 0;

/**
 * To be awaited once for each file of a long loop: every so many files, timers and signals get their
 * turn.
 */
export function letOthersRun(): Promise<void> | undefined {
  files += 1;
  return files % filesPerTurn === 0 ? nextTurn() : undefined;
}
