import type { BatchSource } from '../data/batch-source.ts';
import { agree } from '../ranks/agreement.ts';
import type { Run } from './run.ts';
import { yieldToEvents } from './yield-to-events.ts';

/**
 * Does something with each batch of an epoch.
 *
 * @param options.batches - how many are looked at; with 0 the source is not asked.
 * @throws {TrainingInterrupted} before the next batch, if the signal was given.
 */
export async function eachBatch<Batch>(
  run: Run<Batch>,
  options: {
    readonly source: Pick<BatchSource<Batch>, 'batches'>;
    readonly epoch: number;
    readonly batches: number;
  },
  work: (batch: Batch, batchIndex: number) => void | Promise<void>,
): Promise<void> {
  const { source, epoch, batches } = options;
  if (batches === 0) return;
  let index = 0;
  for await (const batch of source.batches(epoch)) {
    await yieldToEvents();
    agree(run, { throwsIfInterrupted: true });
    await work(batch, index);
    if (++index >= batches) return;
  }
}
