import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeFileAtomicSync } from '@limber/files';
import { PipelineError } from '../pipeline-error.ts';
import { readText } from '../store/read-if-there.ts';
import type { Executor } from './executor.ts';
import { executors } from './executors.ts';

const pollMs = 50;

/** Notes in a lock's folder which work goes on under the lock. */
export function markWorker(lock: string, { name }: Executor, ticket: string): void {
  writeFileAtomicSync(join(lock, 'worker'), `${name}\n${ticket}`);
}

/** Takes the note away: the work has ended. */
export function unmarkWorker(lock: string): void {
  rmSync(join(lock, 'worker'), { force: true });
}

/**
 * Waits until the work that an earlier, killed owner of the lock left behind has ended, so that two
 * never work in one folder. Gives up when `signal` is aborted.
 *
 * @throws {PipelineError} `store-busy` if it was started in a way that this runner does not know.
 */
export async function waitForWorker(lock: string, signal: AbortSignal): Promise<void> {
  const file = join(lock, 'worker');
  const worker = readText(file);
  if (worker === undefined) return;
  const [name = '', ticket = ''] = worker.split('\n');
  const executor = Object.hasOwn(executors, name) ? executors[name] : undefined;
  if (executor === undefined) {
    const known = Object.keys(executors).join(', ');
    const message = `${file}: work that an earlier run left behind may still go on: expected an executor that is known (${known}), got "${name}". Run again with the version of the runner that started it, or remove the file once that work has ended.`;
    throw new PipelineError('store-busy', message, { where: file });
  }
  const started = performance.now();
  while (await executor.isRunning(ticket)) {
    if (signal.aborted) return;
    if (performance.now() - started > executor.orphanGraceMs) await executor.cancel(ticket);
    else await delay(pollMs);
  }
  unmarkWorker(lock);
}
