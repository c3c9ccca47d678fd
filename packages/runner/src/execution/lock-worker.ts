import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LifeWatch, WaitOptions } from '@limber/files';
import { createLifeWatch, waitForOthers, writeFileAtomicSync } from '@limber/files';
import type { ExecutorName } from '../parsing/pipeline-schema.ts';
import { PipelineError } from '../pipeline-error.ts';
import { listFolder, readText } from '../store/read-if-there.ts';
import type { StateFolder } from '../store/state-folder.ts';
import type { Executor } from './executor.ts';
import { executors } from './executors.ts';

/** The file in a lock's folder that names the work that goes on under the lock, and gets its heartbeat. */
export function workerFile(lock: string): string {
  return join(lock, 'worker');
}

/** Notes in a lock's folder which work goes on under the lock, and what it makes. */
export function markWorker(
  lock: string,
  work: { readonly executor: Executor; readonly ticket: string; readonly fingerprint: string },
): void {
  const { executor, ticket, fingerprint } = work;
  writeFileAtomicSync(workerFile(lock), `${executor.name}\n${ticket}\n${fingerprint}`);
}

/** Takes the note away: the work has ended. */
export function unmarkWorker(lock: string): void {
  rmSync(workerFile(lock), { force: true });
}

/** What has become of the work that an earlier owner of a lock left behind. */
export type LeftWork =
  | { readonly type: 'gone' }
  /** It makes what is asked for, and is to be joined. */
  | { readonly type: 'joinable'; readonly executor: Executor }
  /** `signal` was aborted first. */
  | { readonly type: 'aborted' };

/**
 * Waits until the work that an earlier, killed owner of the lock left behind has ended, so that two
 * never work in one folder, unless it can be joined. What cannot be seen from here cannot be ended either: its heartbeat has to
 * stop.
 *
 * @param options.work - what that work is, for `onWait`.
 * @param options.fingerprint - of what is asked for; undefined if nothing is joined.
 * @param options.executor - what runs the stage now.
 * @throws {PipelineError} `store-busy` if it was started in a way that this runner does not know.
 */
export async function waitForWorker(
  lock: string,
  options: WaitOptions & {
    readonly work: string;
    readonly watch?: LifeWatch;
    readonly fingerprint: string | undefined;
    readonly executor: Executor;
  },
): Promise<LeftWork> {
  const { work, watch = createLifeWatch() } = options;
  const file = workerFile(lock);
  const worker = readText(file);
  if (worker === undefined) return { type: 'gone' };
  const [name = '', ticket = '', fingerprint] = worker.split('\n');
  const executor = isExecutor(name) ? executors[name] : undefined;
  if (executor === undefined) throw unknownExecutor(file, name);
  const isJoinable =
    executor.isDetached &&
    fingerprint === options.fingerprint &&
    (executor === options.executor || (await executor.isRunning(ticket)) !== false);
  if (isJoinable) return { type: 'joinable', executor };
  const started = performance.now();
  const isGone = await waitForOthers(async () => {
    const { life, silentMs } = watch.look(ticket, file);
    const isRunning = (await executor.isRunning(ticket)) ?? life !== 'dead';
    if (!isRunning) return undefined;
    if (performance.now() - started > executor.orphanGraceMs) await executor.cancel(ticket);
    return { identity: ticket, work, silentMs };
  }, options);
  if (!isGone) return { type: 'aborted' };
  unmarkWorker(lock);
  return { type: 'gone' };
}

/**
 * Whether work goes on under a lock, also without a runner. What cannot be seen from here is taken to go
 * on.
 */
async function hasWorker(lock: string): Promise<boolean> {
  const [name = '', ticket = ''] = (readText(workerFile(lock)) ?? '').split('\n');
  return isExecutor(name) && (await executors[name].isRunning(ticket)) !== false;
}

function isExecutor(name: string): name is ExecutorName {
  return Object.hasOwn(executors, name);
}

function unknownExecutor(file: string, name: string): PipelineError {
  const known = Object.keys(executors).join(', ');
  const message = `${file}: work that an earlier run left behind may still go on: expected an executor that is known (${known}), got "${name}". Run again with the version of the runner that started it, or remove the file once that work has ended.`;
  return new PipelineError('store-busy', message, { where: file });
}

/** The work keys of work that goes on without its runner. */
export async function listKeptWork(state: StateFolder): Promise<string[]> {
  const keys = listFolder(state.locks);
  const goesOn = await Promise.all(keys.map((key) => hasWorker(join(state.locks, key))));
  return keys.filter((_, index) => goesOn[index]);
}
