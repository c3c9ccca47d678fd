import type { Callback } from '../hooks/callback.ts';

/** Logs the learning rate of every step that is logged, as `lr`; with parameter groups as `lr/<name>`. */
export function createLearningRateMonitor(): Callback {
  return {
    onTrainBatchStart: (trainer) => {
      if (!trainer.isLoggingStep) return;
      const rates = Object.entries(trainer.learningRates);
      for (const [name, rate] of rates) trainer.log(rates.length === 1 ? 'lr' : `lr/${name}`, rate);
    },
  };
}
