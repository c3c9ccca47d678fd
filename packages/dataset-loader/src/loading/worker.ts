import { Tinypool } from 'tinypool';
import { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import type { BatchReply, WorkerContext } from './batch-reply.ts';
import { toFailedReply } from './batch-reply.ts';
import type { BatchTask } from './keypoint-batch.ts';
import { createBatch } from './keypoint-batch.ts';

const { dataset: shared, recipe } = Tinypool.workerData as WorkerContext;
let dataset: KeypointDataset | undefined;

/** Runs in a worker thread: makes one batch, and hands its arrays over without copying them. */
export default async function work(task: BatchTask): Promise<BatchReply> {
  try {
    dataset ??= KeypointDataset.fromShared(shared);
    const batch = await createBatch(dataset, recipe, task);
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
