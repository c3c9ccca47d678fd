import type { Engine } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { BatchSource } from '../data/batch-source.ts';
import { TrainingDiverged } from '../errors/training-diverged.ts';
import { createKeptLoss } from '../gradients/kept-loss.ts';
import type { Callback } from '../hooks/callback.ts';
import type { TrainingModule } from '../hooks/training-module.ts';
import { Trainer } from '../trainer.ts';
import { withWeightsRestored } from '../weights/with-weights-restored.ts';

/** How learning rates are tried. Names and defaults are those of Lightning's LearningRateFinder. */
export interface FindLearningRateOptions<Batch> {
  readonly engine: Engine;
  /** Its weights are the same afterwards. */
  readonly module: TrainingModule<Batch>;
  readonly train: BatchSource<Batch>;
  readonly minLr?: number;
  readonly maxLr?: number;
  readonly numTrainingSteps?: number;
  /** How the learning rate grows from step to step. */
  readonly mode?: 'exponential' | 'linear';
  /** Ends the search when the smoothed loss is so many times the best; null goes on to the end. */
  readonly earlyStopThreshold?: number | null;
}

/** A learning rate that was tried. */
export interface TriedLearningRate {
  readonly learningRate: number;
  /** Exponential average over the steps before, as in Lightning. */
  readonly smoothedLoss: number;
}

/** Share of the old average that a step keeps. */
const smoothing = 0.98;

/**
 * Trains with a learning rate that grows from step to step, and finds where the loss falls steepest. Nothing of it stays:
 * weights are put back, nothing is logged.
 *
 * @returns the suggestion, and all that were tried.
 * @throws {LimberError} `invalid-argument` if too few steps have a finite loss.
 * @see Smith 2015, arXiv:1506.01186.
 */
export async function findLearningRate<Batch>({
  engine,
  module,
  train,
  minLr = 1e-8,
  maxLr = 1,
  numTrainingSteps = 100,
  mode = 'exponential',
  earlyStopThreshold = 4,
}: FindLearningRateOptions<Batch>): Promise<{
  readonly suggestion: number;
  readonly tried: readonly TriedLearningRate[];
}> {
  const rateOf = (step: number): number => {
    const share = step / Math.max(1, numTrainingSteps - 1);
    return mode === 'linear' ? minLr + (maxLr - minLr) * share : minLr * (maxLr / minLr) ** share;
  };
  const tried: TriedLearningRate[] = [];
  const loss = createKeptLoss();
  let [average, best] = [0, Infinity];
  const watch: Callback<Batch> = {
    adaptLearningRate: (_rate, { step }) => rateOf(step),
    onBeforeBackward: (trainer, value) => loss.take(trainer.engine, value),
    onTrainBatchEnd: async (trainer) => {
      average = smoothing * average + (1 - smoothing) * (await loss.read())!;
      const smoothedLoss = average / (1 - smoothing ** (tried.length + 1));
      const isLost = earlyStopThreshold !== null && smoothedLoss > earlyStopThreshold * best;
      if (!Number.isFinite(smoothedLoss) || (isLost && tried.length > 1)) {
        trainer.stop();
        return;
      }
      tried.push({ learningRate: rateOf(trainer.globalStep - 1), smoothedLoss });
      best = Math.min(best, smoothedLoss);
    },
    teardown: loss.release,
  };
  await withWeightsRestored('always', { engine, module }, async () => {
    const options = { engine, maxSteps: numTrainingSteps, logEveryNSteps: numTrainingSteps + 1 };
    const trainer = new Trainer<Batch>({ ...options, callbacks: [watch] });
    await trainer.fit(module, { train }).catch((error: unknown) => {
      // so far the search went: the learning rates before it are what is looked for
      if (!(error instanceof TrainingDiverged)) throw error;
    });
  });
  return { suggestion: suggest(tried), tried };
}

/** The first and last tries say little: Lightning leaves 10 and 1 out. */
const skippedAtStart = 10;
const skippedAtEnd = 1;

function suggest(tried: readonly TriedLearningRate[]): number {
  const kept = tried.slice(skippedAtStart, tried.length - skippedAtEnd);
  if (kept.length < 2) {
    throw new LimberError('invalid-argument', {
      where: 'findLearningRate',
      what: 'too few steps with a finite loss',
      expected: `at least ${skippedAtStart + skippedAtEnd + 2}`,
      got: `${tried.length}`,
      fix: 'Lower minLr, or take more steps.',
    });
  }
  let steepest = { at: 0, slope: Infinity };
  for (let at = 0; at < kept.length; at++) {
    const [before, after] = [Math.max(0, at - 1), Math.min(kept.length - 1, at + 1)];
    const slope = (kept[after]!.smoothedLoss - kept[before]!.smoothedLoss) / (after - before);
    if (slope < steepest.slope) steepest = { at, slope };
  }
  return kept[steepest.at]!.learningRate;
}
