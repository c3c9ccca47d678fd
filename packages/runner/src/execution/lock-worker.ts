import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLifeWatch, identityOf, livenessOf, pidOf, waitForOthers } from '@limber/files';
import type { LockWait } from '../store/lock.ts';
import { readText } from '../store/read-if-there.ts';
import { killGroup } from './process-group.ts';

/** A stage that lost its runner ends by itself within 10 s; then it is killed. */
const graceMs = 12_000;

/** The file in a lock's folder that names the process that works under the lock, and gets its heartbeat. */
export function workerFile(lock: string): string {
  return join(lock, 'worker');
}

/** Notes in a lock's folder which process works under the lock. */
export function markWorker(lock: string, pid: number): void {
  writeFileSync(workerFile(lock), identityOf(pid));
}

/** Takes the note away: the process has ended. */
export function unmarkWorker(lock: string): void {
  rmSync(workerFile(lock), { force: true });
}

/**
 * Waits until the process that an earlier, killed owner of the lock left behind has saved and ended,
 * so that two never work in one folder. One that cannot be seen from here cannot be killed either:
 * its heartbeat has to end.
 *
 * @param options.work - what that process is at, for `onWait`.
 * @returns false when `signal` was aborted first.
 */
export async function waitForWorker(
  lock: string,
  options: LockWait & { readonly work: string },
): Promise<boolean> {
  const { work, watch = createLifeWatch() } = options;
  const identity = readText(workerFile(lock));
  if (identity === undefined) return true;
  const started = performance.now();
  const isGone = await waitForOthers(() => {
    const { life, silentMs } = watch.look(identity, workerFile(lock));
    if (life === 'dead') return undefined;
    const isKillable = livenessOf(identity) === 'alive' && performance.now() - started > graceMs;
    if (isKillable) killGroup(pidOf(identity));
    return { identity, work, silentMs };
  }, options);
  if (isGone) unmarkWorker(lock);
  return isGone;
}
