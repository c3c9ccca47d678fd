import type { Callback } from '../hooks/callback.ts';

/** Logs the learning rate of every step that is logged, as `lr`. */
export function createLearningRateMonitor(): Callback {
  return {
    onTrainBatchStart: (trainer) => {
      if (trainer.isLoggingStep) trainer.log('lr', trainer.learningRate);
    },
  };
}
