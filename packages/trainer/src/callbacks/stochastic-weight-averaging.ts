import type { NamedTensors, NamedWeight } from '@limber/engine';
import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { annealRate } from './anneal-rate.ts';
import { createWeightAverages } from './weight-averages.ts';

/** How stochastic weight averaging goes. Names and defaults are Lightning's. */
export interface StochasticWeightAveragingOptions {
  /** The learning rate at which the weights that are averaged are found. */
  readonly swaLrs: number;
  /** The epoch whose end is the first to be averaged, counted from 0, or as a fraction of `maxEpochs` below 1. */
  readonly swaEpochStart?: number;
  /** Epochs over which the learning rate moves from the schedule's to `swaLrs`; 0 jumps. */
  readonly annealingEpochs?: number;
  readonly annealingStrategy?: 'cos' | 'linear';
}

/** What the averages are found by in a checkpoint. */
const swaStateKey = 'SWA';

/**
 * Averages the weights at the ends of the last epochs with equal shares, at a learning rate that no longer falls; at the end
 * of the fit the averages become the weights, and running statistics are taken anew over one epoch of batches.
 *
 * @see Izmailov et al. 2018, arXiv:1803.05407.
 */
export function createStochasticWeightAveraging({
  swaLrs,
  swaEpochStart = 0.8,
  annealingEpochs = 10,
  annealingStrategy = 'cos',
}: StochasticWeightAveragingOptions): Callback {
  const averages = createWeightAverages();
  let restored: NamedTensors | null = null;
  let count = 0;

  const startOf = (maxEpochs: number): number =>
    swaEpochStart < 1 ? Math.floor(swaEpochStart * maxEpochs) : swaEpochStart;
  const trainableOf = (weights: readonly NamedWeight[]): NamedWeight[] =>
    weights.filter(({ isTrainable }) => isTrainable);
  const add = (trainer: RunningTrainer, weights: readonly NamedWeight[]): void => {
    count++;
    if (averages.isEmpty) averages.start(trainer.engine, weights, null);
    else averages.update(trainer.engine, weights, 1 - 1 / count);
  };

  return {
    stateKey: swaStateKey,
    adaptLearningRate: (rate, { epoch, step, maxEpochs, firstStepOf, scheduledRate }) => {
      const start = startOf(maxEpochs);
      if (epoch < start) return rate;
      const first = firstStepOf(start);
      const annealingSteps = firstStepOf(start + annealingEpochs) - first;
      const progress = annealingSteps === 0 ? 1 : Math.min(1, (step - first) / annealingSteps);
      return annealRate(scheduledRate(first), swaLrs, progress, annealingStrategy);
    },
    onTrainStart: (trainer, module) => {
      if (restored !== null) averages.start(trainer.engine, trainableOf(module.weights), restored);
      restored = null;
    },
    onTrainEpochEnd: (trainer, module) => {
      const isDue = trainer.currentEpoch >= startOf(trainer.maxEpochs);
      if (isDue) add(trainer, trainableOf(module.weights));
    },
    // not onTrainEnd, where ModelCheckpoint saves what a later fit with more epochs goes on from
    onFitEnd: async (trainer, module) => {
      if (averages.isEmpty) return;
      averages.assignTo(module.weights);
      await trainer.refreshStatistics();
    },
    teardown: () => averages.dispose(),
    stateDict: async () => ({ values: { count }, arrays: await averages.read() }),
    loadStateDict: ({ values, arrays = {} }) => {
      count = (values as { readonly count: number }).count;
      restored = count === 0 ? null : arrays;
    },
  };
}
