import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SharedSource } from '../datasets/keypoint-source.ts';
import type { BatchReply } from './batch-reply.ts';
import type { BatchTask } from './keypoint-batch.ts';
import type { Recipe } from './recipe.ts';

/** What every worker thread is started with. */
export interface WorkerContext {
  readonly dataset: SharedSource;
  readonly recipe: Recipe;
  /** What the thread is doing: see {@link noteRow}. */
  readonly signs: Int32Array;
}

/** What came of a task: an answer, or why there is none. */
export type TaskOutcome =
  | BatchReply
  /** The thread is no more; it was busy with a row, or with none yet. */
  | { readonly type: 'lost'; readonly how: string; readonly row: number | null }
  /** The thread is no more, and never came to the task. */
  | { readonly type: 'unserved' };

/** A thread that makes batches, one after the other. */
export interface WorkerThread {
  /** Tasks that it has not answered. */
  readonly waiting: number;
  /** Resolves to what the thread answers, or to why it does not. */
  run(task: BatchTask): Promise<TaskOutcome>;
  /** Ends the thread. Tasks that it has not answered are lost. */
  close(): Promise<void>;
}

// Node cannot load TypeScript in a worker thread, so it is the built file, whether this one is built or not
const workerFile = fileURLToPath(new URL('../../dist/loading/worker.js', import.meta.url));

/** Looks that a thread may be found at one and the same row before it counts as hanging. */
const looks = 10;

const [rowAt, countAt] = [0, 1];
const noRow = -1;

/** Leaves a sign of what a thread is doing, where the main thread can see it whatever happens to this one. */
export function noteRow(signs: Int32Array, row: number | null): void {
  Atomics.store(signs, rowAt, row ?? noRow);
  Atomics.add(signs, countAt, 1);
}

/**
 * Starts a thread that makes batches.
 *
 * @param options.timeoutMs - a thread that is busy with one person for longer is ended.
 */
export function startWorkerThread(
  context: Omit<WorkerContext, 'signs'>,
  { timeoutMs }: { readonly timeoutMs: number },
): WorkerThread {
  const signs = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  const thread = new Worker(workerFile, {
    workerData: { ...context, signs } satisfies WorkerContext,
    // such as an export condition that points to TypeScript, or a debugger's port
    execArgv: [],
  });
  const waiting: ((outcome: TaskOutcome) => void)[] = [];
  let isLost = false;
  /** What is said with the next task: it ended with none under way. */
  let unsaid: TaskOutcome | undefined;

  const lose = (how: string): void => {
    if (isLost) return;
    isLost = true;
    clearInterval(watch);
    const row = Atomics.load(signs, rowAt);
    const [underWay, ...others] = waiting.splice(0);
    const outcome: TaskOutcome = { type: 'lost', how, row: row === noRow ? null : row };
    if (underWay === undefined) unsaid = outcome;
    else underWay(outcome);
    for (const resolve of others) resolve({ type: 'unserved' });
  };
  // Counted in looks, not by the clock: a process that was stopped for an hour has not looked.
  let [seen, unchanged] = [0, 0];
  const watch = setInterval(() => {
    const count = Atomics.load(signs, countAt);
    // before its first sign it is starting
    unchanged = waiting.length > 0 && count > 0 && count === seen ? unchanged + 1 : 0;
    seen = count;
    if (unchanged < looks) return;
    lose(`a thread was busy with it for more than ${timeoutMs / 1000} s`);
    void thread.terminate();
  }, timeoutMs / looks);
  watch.unref();
  thread.on('message', (reply: BatchReply) => {
    waiting.shift()?.(reply);
    if (waiting.length === 0) thread.unref();
  });
  thread.on('error', (error) => lose(`its thread failed: ${String(error)}`));
  thread.on('exit', (code) => lose(`its thread ended with exit code ${code}`));
  thread.unref();

  return {
    get waiting() {
      return waiting.length;
    },
    run: (task) => {
      if (isLost) return Promise.resolve(unsaid ?? { type: 'unserved' });
      return new Promise((resolve) => {
        waiting.push(resolve);
        thread.ref();
        thread.postMessage(task, []);
      });
    },
    close: async () => {
      lose('its thread was ended');
      await thread.terminate();
    },
  };
}
