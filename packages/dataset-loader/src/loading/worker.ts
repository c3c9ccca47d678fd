import { parentPort, workerData } from 'node:worker_threads';
import { openShared } from '../datasets/open-shared.ts';
import { toFailedReply } from './batch-reply.ts';
import type { BatchReply } from './batch-reply.ts';
import type { BatchTask } from './keypoint-batch.ts';
import { createBatch } from './keypoint-batch.ts';
import { prepareRecipe } from './recipe.ts';
import type { WorkerContext } from './worker-thread.ts';
import { noteRow } from './worker-thread.ts';

const { dataset: shared, recipe, signs } = workerData as WorkerContext;
const prepared = prepareRecipe(recipe);
// its failure is the answer to the first task
prepared.catch(() => undefined);
let dataset: ReturnType<typeof openShared> | undefined;
let last = Promise.resolve();

// one batch after the other
parentPort!.on('message', (task: BatchTask) => {
  last = last.then(() => answer(task));
});

async function answer(task: BatchTask): Promise<void> {
  noteRow(signs, null);
  try {
    dataset ??= openShared(shared);
    const onRow = (row: number): void => noteRow(signs, row);
    const made = await createBatch(dataset, await prepared, { ...task, onRow });
    const { images, targets, weights, keypoints, areas } = made.batch;
    noteRow(signs, null);
    const buffers = [images, targets, weights, keypoints, areas].map(({ buffer }) => buffer);
    // the arrays are handed over without copying them
    send({ type: 'made', ...made }, buffers as ArrayBuffer[]);
  } catch (error) {
    send(toFailedReply(error));
  }
}

function send(reply: BatchReply, buffers: ArrayBuffer[] = []): void {
  parentPort!.postMessage(reply, buffers);
}
