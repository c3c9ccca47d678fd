import sharp from 'sharp';
import { Tinypool } from 'tinypool';
import { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import type { BatchReply, WorkerContext } from './batch-reply.ts';
import { toFailedReply } from './batch-reply.ts';
import type { BatchTask } from './keypoint-batch.ts';
import { createBatch } from './keypoint-batch.ts';

// one core per worker thread is what the user asked for; images are never decoded twice
sharp.concurrency(1);
sharp.cache(false);

const { folder, recipe } = Tinypool.workerData as WorkerContext;
const opened = KeypointDataset.open(folder);
// a failure is reported with the first task
opened.catch(() => undefined);

/** Runs in a worker thread: makes one batch, and hands its arrays over without copying them. */
export default async function work(task: BatchTask): Promise<BatchReply> {
  try {
    const batch = await createBatch(await opened, recipe, task);
    const { images, targets, weights, keypoints } = batch;
    const reply: BatchReply = { type: 'made', batch };
    return Tinypool.move({
      [Tinypool.transferableSymbol]: [images, targets, weights, keypoints].map(
        ({ buffer }) => buffer,
      ),
      [Tinypool.valueSymbol]: reply,
    } as never) as unknown as BatchReply;
  } catch (error) {
    return toFailedReply(error);
  }
}
