import type { BatchSource } from '../data/batch-source.ts';
import type { PredictionModule } from '../hooks/training-module.ts';
import type { Run } from './run.ts';
import { throwIfInterrupted } from './run.ts';

/**
 * One pass of `predictStep`.
 *
 * @param batches - how many are looked at.
 * @returns what it gave, batch by batch.
 */
export async function runPrediction<Batch, Prediction>(
  run: Run<Batch>,
  module: PredictionModule<Batch, Prediction>,
  source: BatchSource<Batch>,
  batches: number,
): Promise<Prediction[]> {
  const { hooks, trainer } = run;
  const { tf } = trainer.engine;
  const predictions: Prediction[] = [];
  await hooks.run('onPredictStart');
  await hooks.run('onPredictEpochStart');
  if (batches > 0) {
    for await (const batch of source.batches(0)) {
      throwIfInterrupted(run);
      const index = predictions.length;
      await hooks.run('onPredictBatchStart', batch, index);
      tf.engine().startScope();
      try {
        predictions.push(module.predictStep(batch, index, trainer));
      } finally {
        tf.engine().endScope();
      }
      await hooks.run('onPredictBatchEnd', batch, index);
      if (predictions.length >= batches) break;
    }
  }
  await hooks.run('onPredictEpochEnd');
  await hooks.run('onPredictEnd');
  return predictions;
}
