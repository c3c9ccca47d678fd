import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isLocked } from './lock.ts';
import { currentProcess, livenessOf, pidOf } from './process-identity.ts';
import type { StateFolder } from './state-folder.ts';
import { listFolder } from './work-folder.ts';

/**
 * Makes the private folder of a run. While it is there, nothing is removed from the store; what a
 * killed run left behind is removed.
 *
 * @returns its absolute path; the run removes it when it ends.
 */
export async function openStaging(state: StateFolder, signal: AbortSignal): Promise<string> {
  const staging = join(state.staging, `${currentProcess()}~${randomBytes(6).toString('hex')}`);
  mkdirSync(staging, { recursive: true });
  for (const name of listFolder(state.staging)) {
    if (livenessOf(name) === 'dead') {
      // A stage that has lost its runner may still be writing there.
      const retries = { maxRetries: 10, retryDelay: 50 };
      rmSync(join(state.staging, name), { recursive: true, force: true, ...retries });
    }
  }
  while (isLocked(cleaningLock(state)) && !signal.aborted) await delay(50);
  return staging;
}

/** The process ids of the runs that are going on in this workspace. */
export function findLiveRuns(state: StateFolder): number[] {
  return listFolder(state.staging)
    .filter((name) => livenessOf(name) !== 'dead')
    .map(pidOf);
}

/** The lock of those who remove things from the store. */
export function cleaningLock(state: StateFolder): string {
  return join(state.locks, 'cleaning');
}
