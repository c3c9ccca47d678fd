import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, livenessOf, pidOf } from '@limber/files';
import { readText } from '../store/read-if-there.ts';
import { killGroup } from './process-group.ts';

/** A stage that lost its runner ends by itself within 10 s; then it is killed. */
const graceMs = 12_000;
const pollMs = 50;

/** Notes in a lock's folder which process works under the lock. */
export function markWorker(lock: string, pid: number): void {
  writeFileSync(join(lock, 'worker'), identityOf(pid));
}

/** Takes the note away: the process has ended. */
export function unmarkWorker(lock: string): void {
  rmSync(join(lock, 'worker'), { force: true });
}

/**
 * Waits until the process that an earlier, killed owner of the lock left behind has saved and ended,
 * so that two never work in one folder.
 */
export async function waitForWorker(lock: string): Promise<void> {
  const worker = readText(join(lock, 'worker'));
  if (worker === undefined) return;
  const started = performance.now();
  while (livenessOf(worker) === 'alive') {
    if (performance.now() - started > graceMs) killGroup(pidOf(worker));
    await delay(pollMs);
  }
  unmarkWorker(lock);
}
