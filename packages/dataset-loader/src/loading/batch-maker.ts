import { LimberError } from '@limber/files';
import type { KeypointSource } from '../datasets/keypoint-source.ts';
import { batchOfReply } from './batch-reply.ts';
import type { BatchTask, MadeBatch } from './keypoint-batch.ts';
import { createBatch } from './keypoint-batch.ts';
import type { Recipe } from './recipe.ts';
import { prepareRecipe } from './recipe.ts';
import type { TaskOutcome, WorkerThread } from './worker-thread.ts';
import { startWorkerThread } from './worker-thread.ts';

/** Makes batches, in this thread or in others. */
export interface BatchMaker {
  make(task: BatchTask): Promise<MadeBatch>;
  close(): Promise<void>;
}

/** How batches are made. */
export interface BatchMakerOptions {
  readonly recipe: Recipe;
  /** Threads; 0: this thread. */
  readonly workers: number;
  /** A thread that is busy with one person for longer is ended. */
  readonly timeoutMs: number;
}

/** Tasks that each thread has: while it creates one batch the next task waits there, not in a main thread that may be busy. */
const tasksPerWorker = 2;

/**
 * Starts `workers` threads that make batches; 0 makes them in this thread.
 *
 * Each thread opens the files itself, and shares what is in memory of them. A thread that ends, or hangs, is
 * replaced by another; the person that it was busy with is bad, as one with a damaged image is.
 *
 * @throws {LimberError} `missing-file` or `invalid-argument` if a function of the user's own cannot be loaded.
 */
export async function createBatchMaker(
  dataset: KeypointSource,
  { recipe, workers, timeoutMs }: BatchMakerOptions,
): Promise<BatchMaker> {
  const prepared = await prepareRecipe(recipe);
  if (workers === 0) {
    return {
      make: (task) => createBatch(dataset, prepared, task),
      close: () => Promise.resolve(),
    };
  }
  const context = { dataset: dataset.share(), recipe };
  const start = (): WorkerThread => startWorkerThread(context, { timeoutMs });
  const threads = Array.from({ length: workers }, start);
  const lost = new Map<number, string>();
  const queue: (() => void)[] = [];
  let isClosed = false;

  const run = async (task: BatchTask): Promise<TaskOutcome> => {
    const thread = threads.reduce((least, one) => (one.waiting < least.waiting ? one : least));
    if (thread.waiting >= tasksPerWorker) {
      await new Promise<void>((resolve) => {
        queue.push(resolve);
      });
      return await run(task);
    }
    const outcome = await thread.run({ ...task, lost });
    const place = threads.indexOf(thread);
    const isGone = outcome.type === 'lost' || outcome.type === 'unserved';
    if (isGone && !isClosed && place >= 0) threads[place] = start();
    queue.shift()?.();
    return outcome;
  };

  /** Remembers a person that ended a thread. @throws {LimberError} `worker-failed` if that is not to be passed over. */
  const pass = ({ how, row }: Extract<TaskOutcome, { readonly type: 'lost' }>): void => {
    if (row === null) {
      throw new LimberError('worker-failed', { what: `no batch could be made: ${how}` });
    }
    const { annotationId, imageId } = dataset.head(row);
    const where = `annotation ${annotationId} (image ${imageId})`;
    const error = new LimberError('worker-failed', { where, what: how });
    if (recipe.onBadSample === 'throw' || lost.has(row)) throw error;
    lost.set(row, error.message);
  };

  return {
    make: async (task) => {
      for (;;) {
        const outcome = await run(task);
        if (isClosed) throw new LimberError('worker-failed', { what: 'the loader was closed' });
        switch (outcome.type) {
          case 'lost':
            pass(outcome);
            break;
          case 'unserved':
            break;
          case 'made':
          case 'failed':
          case 'crashed':
            return batchOfReply(outcome);
        }
      }
    },
    close: async () => {
      isClosed = true;
      for (const resolve of queue.splice(0)) resolve();
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}
