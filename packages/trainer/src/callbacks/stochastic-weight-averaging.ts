import type { NamedWeight } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { createWeightAverages } from '../weights/weight-averages.ts';
import { withWeightsRestored } from '../weights/with-weights-restored.ts';

/** Options of stochastic weight averaging, with Lightning's names and defaults. */
export interface StochasticWeightAveragingOptions {
  /** The learning rate at which the weights that are averaged are found. */
  readonly swaLrs: number;
  /** The epoch whose end is the first to be averaged, counted from 0, or as a fraction of `maxEpochs` below 1. */
  readonly swaEpochStart?: number;
  /** Epochs over which the learning rate moves from the schedule's to `swaLrs`; 0 jumps. */
  readonly annealingEpochs?: number;
  readonly annealingStrategy?: 'cos' | 'linear';
}

/**
 * Averages the weights at the ends of the last epochs with equal shares, at a learning rate that no longer falls; at the end
 * of the fit the averages become the weights, and running statistics are taken anew over one epoch of batches.
 *
 * Throws `invalid-argument` when a fit without `maxEpochs` begins whose part `swaEpochStart` is.
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
  let count = 0;

  const startOf = (maxEpochs: number): number =>
    swaEpochStart < 1 ? Math.floor(swaEpochStart * maxEpochs) : swaEpochStart;
  const trainableOf = ({ module }: RunningTrainer): NamedWeight[] =>
    module.weights.filter(({ isTrainable }) => isTrainable);
  // PyTorch's SWALR; as a difference from the schedule it would end beside swaLrs
  const anneal = (from: number, progress: number): number => {
    const share =
      annealingStrategy === 'linear' ? progress : (1 - Math.cos(Math.PI * progress)) / 2;
    return swaLrs * share + from * (1 - share);
  };

  return {
    stateKey: 'SWA',
    onFitStart: ({ maxEpochs }) => {
      if (swaEpochStart >= 1 || maxEpochs !== -1) return;
      throw new LimberError('invalid-argument', {
        where: 'StochasticWeightAveraging.swaEpochStart',
        what: 'a part of a fit without end',
        expected: 'an epoch, or maxEpochs',
        got: `${swaEpochStart}`,
      });
    },
    adaptLearningRate: (rate, { epoch, step, maxEpochs, firstStepOf, scheduledRate }) => {
      const start = startOf(maxEpochs);
      if (epoch < start) return rate;
      const first = firstStepOf(start);
      const annealingSteps = firstStepOf(start + annealingEpochs) - first;
      const progress = annealingSteps === 0 ? 1 : Math.min(1, (step - first) / annealingSteps);
      return anneal(scheduledRate(first), progress);
    },
    onTrainEpochEnd: (trainer) => {
      if (trainer.currentEpoch < startOf(trainer.maxEpochs)) return;
      count++;
      const weights = trainableOf(trainer);
      if (averages.isEmpty) averages.start(trainer.engine, weights);
      else averages.update(trainer.engine, weights, 1 - 1 / count);
    },
    // not onTrainEnd, where ModelCheckpoint saves what a later fit with more epochs goes on from
    onFitEnd: async (trainer) => {
      if (averages.isEmpty) return;
      // an interruption leaves the weights that training goes on from
      await withWeightsRestored('onFailure', trainer, async () => {
        averages.assignTo(trainer.module.weights);
        await trainer.refreshStatistics();
      });
    },
    teardown: () => averages.dispose(),
    stateDict: async () => ({ values: { count }, arrays: await averages.read() }),
    loadStateDict: ({ values, arrays }, trainer) => {
      count = (values as { readonly count: number }).count;
      if (count > 0) averages.start(trainer.engine, trainableOf(trainer), arrays);
    },
  };
}
