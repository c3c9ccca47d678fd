import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import type { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import type { BatchReply, WorkerContext } from './batch-reply.ts';
import { batchOfReply } from './batch-reply.ts';
import type { BatchTask, KeypointBatch, Recipe } from './keypoint-batch.ts';
import { createBatch } from './keypoint-batch.ts';

/** Makes batches, in this thread or in others. */
export interface BatchMaker {
  make(task: BatchTask): Promise<KeypointBatch>;
  close(): Promise<void>;
}

/** Tasks that each thread has: while it creates one batch the next task waits there, not in a main thread that may be busy. */
const tasksPerWorker = 2;

// Node cannot load TypeScript in a worker thread, so it is the built file, whether this one is built or not
const workerFile = fileURLToPath(new URL('../../dist/loading/worker.js', import.meta.url));

/**
 * Starts `workers` threads that make batches; 0 makes them in this thread.
 *
 * Each thread opens the files itself, and shares what is in memory of them.
 */
export function createBatchMaker(
  dataset: KeypointDataset,
  recipe: Recipe,
  workers: number,
): BatchMaker {
  if (workers === 0) {
    return {
      make: (task) => createBatch(dataset, recipe, task),
      close: () => Promise.resolve(),
    };
  }
  const context: WorkerContext = { dataset: dataset.share(), recipe };
  const pool = new Tinypool({
    filename: workerFile,
    minThreads: workers,
    maxThreads: workers,
    concurrentTasksPerWorker: tasksPerWorker,
    workerData: context,
    // such as an export condition that points to TypeScript, or a debugger's port
    execArgv: [],
  });
  return {
    make: async (task) => batchOfReply((await pool.run(task)) as BatchReply),
    close: () => pool.destroy(),
  };
}
