import type { Callback } from '../hooks/callback.ts';

/**
 * Hands every weight to the loggers that draw histograms, at the ends of epochs.
 *
 * @param options.everyNEpochs - >= 1.
 */
export function createWeightHistograms({
  everyNEpochs = 1,
}: { readonly everyNEpochs?: number } = {}): Callback {
  return {
    onTrainEpochEnd: async (trainer) => {
      if ((trainer.currentEpoch + 1) % everyNEpochs !== 0) return;
      for (const { name, variable } of trainer.module.weights) {
        trainer.logHistogram(`weights/${name}`, await variable.data<'float32'>());
      }
    },
  };
}
