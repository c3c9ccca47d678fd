import { LimberError } from '@limber/keypoints';
import type { BatchLimit } from '../data/batch-limit.ts';

/** Lightning's flags, with its names, meaning and defaults. */
export interface TrainerFlags {
  /** -1: without end. Default 1000. */
  readonly maxEpochs?: number;
  /** Optimizer steps; -1: without end. */
  readonly maxSteps?: number;
  readonly limitTrainBatches?: BatchLimit;
  readonly limitValBatches?: BatchLimit;
  readonly limitPredictBatches?: BatchLimit;
  readonly checkValEveryNEpoch?: number;
  /** Validation batches before the first epoch, so that a fault there shows at once; -1: all. Default 2. */
  readonly numSanityValSteps?: number;
  /** Batches whose mean gradient makes one optimizer step. The last window of an epoch may be smaller. */
  readonly accumulateGradBatches?: number;
  /** Largest global norm of the gradients; null leaves them alone. */
  readonly gradientClipVal?: number | null;
  /** Optimizer steps between log lines. Default 50. */
  readonly logEveryNSteps?: number;
  /** Runs 1 (true) or n batches of everything, once, without loggers and checkpoints. */
  readonly fastDevRun?: boolean | number;
}

/** Every flag with its value. */
export type ResolvedFlags = Required<Omit<TrainerFlags, 'fastDevRun'>> & {
  readonly isFastDevRun: boolean;
};

/**
 * Fills in defaults, and what `fastDevRun` overrides.
 *
 * @throws {LimberError} `invalid-argument` naming the flag.
 */
export function resolveFlags(flags: TrainerFlags): ResolvedFlags {
  const { fastDevRun = false, ...given } = flags;
  const resolved: ResolvedFlags = {
    maxEpochs: 1000,
    maxSteps: -1,
    limitTrainBatches: Infinity,
    limitValBatches: Infinity,
    limitPredictBatches: Infinity,
    checkValEveryNEpoch: 1,
    numSanityValSteps: 2,
    accumulateGradBatches: 1,
    gradientClipVal: null,
    logEveryNSteps: 50,
    ...given,
    isFastDevRun: false,
  };
  checkWhole('maxEpochs', resolved.maxEpochs, -1);
  checkWhole('maxSteps', resolved.maxSteps, -1);
  checkWhole('checkValEveryNEpoch', resolved.checkValEveryNEpoch, 1);
  checkWhole('numSanityValSteps', resolved.numSanityValSteps, -1);
  checkWhole('accumulateGradBatches', resolved.accumulateGradBatches, 1);
  checkWhole('logEveryNSteps', resolved.logEveryNSteps, 1);
  if (resolved.gradientClipVal !== null && !(resolved.gradientClipVal > 0)) {
    throw invalid('gradientClipVal', 'a number > 0 or null', resolved.gradientClipVal);
  }
  if (fastDevRun === false || fastDevRun === 0) return resolved;
  const batches = fastDevRun === true ? 1 : fastDevRun;
  checkWhole('fastDevRun', batches, 1);
  return {
    ...resolved,
    maxEpochs: 1,
    maxSteps: batches,
    limitTrainBatches: batches,
    limitValBatches: batches,
    limitPredictBatches: batches,
    checkValEveryNEpoch: 1,
    numSanityValSteps: 0,
    isFastDevRun: true,
  };
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
