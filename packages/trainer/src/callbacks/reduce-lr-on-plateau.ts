import type { Callback } from '../hooks/callback.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import { monitoredMetric } from './monitored-metric.ts';

/** What counts as better. */
interface PlateauRules {
  readonly mode: 'min' | 'max';
  readonly threshold: number;
  /** Whether the threshold is a part of the best score, or a difference from it. */
  readonly thresholdMode: 'rel' | 'abs';
}

/** When the learning rate falls, and how far. Names and defaults are PyTorch's `ReduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions extends Partial<PlateauRules> {
  readonly monitor: string;
  readonly factor?: number;
  /** Checks without improvement that are let pass; the one after them lowers the rate. */
  readonly patience?: number;
  /** Checks after a fall that do not count. */
  readonly cooldown?: number;
  /** The rate does not fall below it, but where the schedule itself does. */
  readonly minLr?: number;
  /** A fall by less than this is left out. */
  readonly eps?: number;
  /** Whether a metric that was not logged is an error; else the check is left out. */
  readonly strict?: boolean;
  /** Called with a line at every fall. */
  readonly write?: (line: string) => void;
}

interface State {
  /** Product of all falls: the factor on the schedule. */
  readonly scale: number;
  readonly best: number | null;
  readonly badChecks: number;
  readonly cooldownLeft: number;
}

/**
 * Multiplies the learning rate of the schedule by `factor` when a metric has stopped getting better. It looks after every
 * validation, or at the end of every epoch if there is none.
 *
 * @see PyTorch's `torch.optim.lr_scheduler.ReduceLROnPlateau`, which Lightning steps with `monitor`.
 */
export function createReduceLROnPlateau({
  monitor,
  mode = 'min',
  factor = 0.1,
  patience = 10,
  threshold = 1e-4,
  thresholdMode = 'rel',
  cooldown = 0,
  minLr = 0,
  eps = 1e-8,
  strict = true,
  write = () => {},
}: ReduceLROnPlateauOptions): Callback {
  let state: State = { scale: 1, best: null, badChecks: 0, cooldownLeft: 0 };
  const rules = { mode, threshold, thresholdMode };

  const check = (trainer: RunningTrainer): void => {
    if (trainer.isSanityChecking) return;
    const where = 'ReduceLROnPlateau.monitor';
    const score = monitoredMetric(trainer, { monitor, where, strict });
    if (score === null) return;
    const isBetter = isImprovement(score, state.best, rules);
    const cooldownLeft = Math.max(0, state.cooldownLeft - 1);
    const badChecks = isBetter || state.cooldownLeft > 0 ? 0 : state.badChecks + 1;
    state = { ...state, best: isBetter ? score : state.best, badChecks, cooldownLeft };
    if (badChecks <= patience) return;
    const before = trainer.learningRate;
    const scale = state.scale * factor;
    const falls = before - Math.max(before * factor, minLr) > eps;
    state = { ...state, scale: falls ? scale : state.scale, badChecks: 0, cooldownLeft: cooldown };
    if (!falls) return;
    write(
      `ReduceLROnPlateau: ${monitor} has not improved on ${state.best}, the learning rate falls from ${before} to ` +
        `${trainer.learningRate}`,
    );
  };

  return {
    stateKey: `ReduceLROnPlateau(${monitor}, ${mode})`,
    adaptLearningRate: (rate) => Math.max(rate * state.scale, Math.min(rate, minLr)),
    onValidationEnd: (trainer) => {
      if (trainer.stage === 'fit') check(trainer);
    },
    onTrainEpochEnd: (trainer) => {
      if (trainer.numValBatches === 0) check(trainer);
    },
    stateDict: () => ({ values: { ...state } }),
    loadStateDict: ({ values }) => {
      state = values as unknown as State;
    },
  };
}

function isImprovement(
  score: number,
  best: number | null,
  { mode, threshold, thresholdMode }: PlateauRules,
): boolean {
  if (best === null) return !Number.isNaN(score);
  const sign = mode === 'min' ? -1 : 1;
  // PyTorch's relative threshold is a factor, so that it points the other way for a negative best
  const bar = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === 'min' ? score < bar : score > bar;
}
