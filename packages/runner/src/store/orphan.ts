import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, livenessOf, pidOf } from './process-identity.ts';
import { isMissing } from './write-atomically.ts';

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
export async function outwaitWorker(lock: string): Promise<void> {
  const worker = readWorker(lock);
  if (worker === undefined) return;
  const started = performance.now();
  while (livenessOf(worker) === 'alive') {
    if (performance.now() - started > graceMs) killGroup(pidOf(worker));
    await delay(pollMs);
  }
  unmarkWorker(lock);
}

function readWorker(lock: string): string | undefined {
  try {
    return readFileSync(join(lock, 'worker'), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
