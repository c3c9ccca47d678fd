import { TrainingDiverged } from '../errors/training-diverged.ts';
import { createKeptLoss } from '../gradients/kept-loss.ts';
import type { Callback } from '../hooks/callback.ts';

/** What the guard does with a batch whose loss is NaN or infinite. */
export interface NanGuardOptions<Batch> {
  /** Writes the batch down, for a person to look at. @returns where. */
  readonly describe: (
    batch: Batch,
    at: { readonly step: number; readonly epoch: number },
  ) => Promise<string>;
  readonly write: (line: string) => void;
}

/**
 * Looks at the loss of every batch, not only of those that are logged: the first batch whose loss is NaN or infinite is
 * written to disk, and ends the fit before a checkpoint is spoiled. Waits for the device once a batch.
 */
export function createNanGuard<Batch>({
  describe,
  write,
}: NanGuardOptions<Batch>): Callback<Batch> {
  const loss = createKeptLoss();
  return {
    onBeforeBackward: ({ engine }, value) => loss.take(engine, value),
    onTrainBatchEnd: async (trainer, batch) => {
      const value = (await loss.read()) ?? 0;
      if (Number.isFinite(value)) return;
      const at = { step: trainer.globalStep, epoch: trainer.currentEpoch };
      write(`The loss is ${value}: the batch is in ${await describe(batch, at)}`);
      throw new TrainingDiverged(value, at);
    },
    teardown: loss.release,
  };
}
