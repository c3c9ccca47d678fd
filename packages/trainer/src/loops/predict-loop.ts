import type { BatchSource } from '../data/batch-source.ts';
import type { PredictionModule } from '../hooks/training-module.ts';
import type { Run } from './run.ts';
import { throwIfInterrupted } from './run.ts';
import { yieldToEvents } from './yield-to-events.ts';

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
  module.onPredictModelEval?.(trainer);
  await hooks.run('onPredictStart');
  await hooks.run('onPredictEpochStart');
  if (batches > 0) {
    for await (const batch of source.batches(0)) {
      await yieldToEvents();
      throwIfInterrupted(run);
      const index = predictions.length;
      await hooks.run('onPredictBatchStart', batch, index);
      run.profiler?.start('predictStep');
      tf.engine().startScope();
      try {
        predictions.push(module.predictStep(batch, index, trainer));
      } finally {
        tf.engine().endScope();
      }
      run.profiler?.stop('predictStep');
      await hooks.run('onPredictBatchEnd', batch, index);
      if (predictions.length >= batches) break;
    }
  }
  await hooks.run('onPredictEpochEnd');
  await hooks.run('onPredictEnd');
  module.onPredictModelTrain?.(trainer);
  return predictions;
}
