import type { Precision } from '@limber/engine';
import { LimberError } from '@limber/files';
import type { BatchLimit } from '../data/batch-limit.ts';
import type { MaxTime } from './max-time.ts';
import { secondsOfMaxTime } from './max-time.ts';

/** Lightning's flags, with its names, meaning and defaults; those are in {@link defaultFlags}. */
export interface TrainerFlags {
  /** -1: without end, which is the default if `maxSteps` or `maxTime` is given. */
  readonly maxEpochs: number;
  /** Epochs that `stop()` does not cut short. */
  readonly minEpochs: number;
  /** Optimizer steps; -1: without end. */
  readonly maxSteps: number;
  /** Optimizer steps that `stop()` does not cut short. */
  readonly minSteps: number;
  /** Training time over all processes of a resumed fit; the current step is finished. null: without end. */
  readonly maxTime: MaxTime | null;
  readonly limitTrainBatches: BatchLimit;
  readonly limitValBatches: BatchLimit;
  readonly limitTestBatches: BatchLimit;
  readonly limitPredictBatches: BatchLimit;
  /** The same few batches in every epoch, and as many of validation: a model that cannot learn them has a fault. 0: off. */
  readonly overfitBatches: BatchLimit;
  /**
   * Training batches between validations, or a fraction of an epoch. With `checkValEveryNEpoch: null` a count runs on over
   * epochs. Within an accumulation window, validation waits for the step.
   */
  readonly valCheckInterval: BatchLimit;
  /** null: by `valCheckInterval` alone. */
  readonly checkValEveryNEpoch: number | null;
  /** Validation batches before the first epoch, so that a fault there shows at once; -1: all. */
  readonly numSanityValSteps: number;
  /** Batches whose mean gradient makes one optimizer step. The last window of an epoch may be smaller. */
  readonly accumulateGradBatches: number;
  /** Largest global norm of the gradients, or largest absolute value of one number of them; null leaves them alone. */
  readonly gradientClipVal: number | null;
  readonly gradientClipAlgorithm: 'norm' | 'value';
  /** Optimizer steps between log lines. */
  readonly logEveryNSteps: number;
  /** Looks at loss and gradients of every step, and names the first weight whose gradient is not finite. Costs a readback. */
  readonly detectAnomaly: boolean;
  /** What the engine must have been loaded with; null takes it as it is. */
  readonly precision: Precision | null;
  /** true refuses an engine whose results may differ from run to run, `'warn'` says so. */
  readonly deterministic: boolean | 'warn';
  /** Runs 1 (true) or n batches of everything, once, without loggers, checkpoints and early stopping. */
  readonly fastDevRun: boolean | number;
}

/** Every flag where nothing is given. */
export const defaultFlags: TrainerFlags = {
  maxEpochs: 1000,
  minEpochs: 0,
  maxSteps: -1,
  minSteps: 0,
  maxTime: null,
  limitTrainBatches: Infinity,
  limitValBatches: Infinity,
  limitTestBatches: Infinity,
  limitPredictBatches: Infinity,
  overfitBatches: 0,
  valCheckInterval: { fraction: 1 },
  checkValEveryNEpoch: 1,
  numSanityValSteps: 2,
  accumulateGradBatches: 1,
  gradientClipVal: null,
  gradientClipAlgorithm: 'norm',
  logEveryNSteps: 50,
  detectAnomaly: false,
  precision: null,
  deterministic: false,
  fastDevRun: false,
};

/**
 * Fills in defaults, and what `fastDevRun` and `overfitBatches` override.
 *
 * @throws {LimberError} `invalid-argument` naming the flag.
 */
export function resolveFlags(given: Partial<TrainerFlags>): TrainerFlags {
  const hasOtherEnd = (given.maxSteps ?? -1) !== -1 || (given.maxTime ?? null) !== null;
  const flags = {
    ...defaultFlags,
    ...(hasOtherEnd ? { maxEpochs: -1 } : {}),
    ...given,
    fastDevRun: given.fastDevRun === 0 ? false : (given.fastDevRun ?? defaultFlags.fastDevRun),
  };
  checkFlags(flags);
  const { fastDevRun, overfitBatches } = flags;
  if (fastDevRun !== false) return forFastDevRun(flags, fastDevRun === true ? 1 : fastDevRun);
  if (overfitBatches === 0) return flags;
  return { ...flags, limitTrainBatches: overfitBatches, limitValBatches: overfitBatches };
}

function forFastDevRun(flags: TrainerFlags, batches: number): TrainerFlags {
  checkWhole('fastDevRun', batches, 1);
  return {
    ...flags,
    maxEpochs: 1,
    minEpochs: 0,
    maxSteps: batches,
    minSteps: 0,
    maxTime: null,
    limitTrainBatches: batches,
    limitValBatches: batches,
    limitTestBatches: batches,
    limitPredictBatches: batches,
    valCheckInterval: { fraction: 1 },
    checkValEveryNEpoch: 1,
    numSanityValSteps: 0,
  };
}

function checkFlags(flags: TrainerFlags): void {
  checkWhole('maxEpochs', flags.maxEpochs, -1);
  checkWhole('minEpochs', flags.minEpochs, 0);
  checkWhole('maxSteps', flags.maxSteps, -1);
  checkWhole('minSteps', flags.minSteps, 0);
  checkWhole('numSanityValSteps', flags.numSanityValSteps, -1);
  checkWhole('accumulateGradBatches', flags.accumulateGradBatches, 1);
  checkWhole('logEveryNSteps', flags.logEveryNSteps, 1);
  const { checkValEveryNEpoch, gradientClipVal, maxTime, valCheckInterval } = flags;
  if (maxTime !== null) secondsOfMaxTime(maxTime);
  if (checkValEveryNEpoch !== null) checkWhole('checkValEveryNEpoch', checkValEveryNEpoch, 1);
  else if (typeof valCheckInterval !== 'number') {
    throw invalid('valCheckInterval', 'a count with checkValEveryNEpoch: null', '{ fraction }');
  }
  if (gradientClipVal !== null && !(gradientClipVal > 0)) {
    throw invalid('gradientClipVal', 'a number > 0 or null', gradientClipVal);
  }
}

function checkWhole(flag: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw invalid(flag, `a whole number >= ${least}`, value);
}

function invalid(flag: string, expected: string, got: unknown): LimberError {
  return new LimberError('invalid-argument', {
    where: `Trainer.${flag}`,
    what: 'not a value for this flag',
    expected,
    got: String(got),
  });
}
