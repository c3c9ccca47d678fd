import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LifeWatch, WaitOptions } from '@limber/files';
import { createLifeWatch, waitForOthers, writeFileAtomicSync } from '@limber/files';
import { PipelineError } from '../pipeline-error.ts';
import { readText } from '../store/read-if-there.ts';
import type { Executor } from './executor.ts';
import { executors } from './executors.ts';

/** The file in a lock's folder that names the work that goes on under the lock, and gets its heartbeat. */
export function workerFile(lock: string): string {
  return join(lock, 'worker');
}

/** Notes in a lock's folder which work goes on under the lock. */
export function markWorker(lock: string, { name }: Executor, ticket: string): void {
  writeFileAtomicSync(workerFile(lock), `${name}\n${ticket}`);
}

/** Takes the note away: the work has ended. */
export function unmarkWorker(lock: string): void {
  rmSync(workerFile(lock), { force: true });
}

/**
 * Waits until the work that an earlier, killed owner of the lock left behind has ended, so that two
 * never work in one folder. What cannot be seen from here cannot be ended either: its heartbeat has to
 * stop.
 *
 * @param options.work - what that work is, for `onWait`.
 * @returns false when `signal` was aborted first.
 * @throws {PipelineError} `store-busy` if it was started in a way that this runner does not know.
 */
export async function waitForWorker(
  lock: string,
  options: WaitOptions & { readonly work: string; readonly watch?: LifeWatch },
): Promise<boolean> {
  const { work, watch = createLifeWatch() } = options;
  const file = workerFile(lock);
  const worker = readText(file);
  if (worker === undefined) return true;
  const [name = '', ticket = ''] = worker.split('\n');
  const executor = Object.hasOwn(executors, name) ? executors[name] : undefined;
  if (executor === undefined) throw unknownExecutor(file, name);
  const started = performance.now();
  const isGone = await waitForOthers(async () => {
    const { life, silentMs } = watch.look(ticket, file);
    const isRunning = (await executor.isRunning(ticket)) ?? life !== 'dead';
    if (!isRunning) return undefined;
    if (performance.now() - started > executor.orphanGraceMs) await executor.cancel(ticket);
    return { identity: ticket, work, silentMs };
  }, options);
  if (isGone) unmarkWorker(lock);
  return isGone;
}

function unknownExecutor(file: string, name: string): PipelineError {
  const known = Object.keys(executors).join(', ');
  const message = `${file}: work that an earlier run left behind may still go on: expected an executor that is known (${known}), got "${name}". Run again with the version of the runner that started it, or remove the file once that work has ended.`;
  return new PipelineError('store-busy', message, { where: file });
}
