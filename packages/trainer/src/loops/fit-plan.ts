import { LimberError } from '@limber/files';
import { fractionOf, limitBatches } from '../data/batch-limit.ts';
import type { BatchSource } from '../data/batch-source.ts';
import type { LoopPosition } from '../checkpoints/checkpoint.ts';
import type { Callback } from '../hooks/callback.ts';
import type { TrainerFlags } from './trainer-flags.ts';

/** How long a fit takes and when validation comes, as it is known before the first step. */
export interface FitPlan {
  /** Batches of one epoch, after limits; at least 1. Infinity: not known. */
  readonly trainBatches: number;
  /** Whether every epoch has so many; if not, it may end before them. */
  readonly isLengthKnown: boolean;
  /** Batches of one validation, source by source, after limits; empty without validation. */
  readonly validationBatches: readonly number[];
  /** Training batches between validations. */
  readonly intervalBatches: number;
  /** Epochs between those with validations; null: the interval runs on over epochs. */
  readonly everyNEpochs: number | null;
  /** Optimizer steps of the whole fit; Infinity: without end. */
  readonly totalSteps: number;
  /** Batches of one optimizer step in an epoch: what a callback says, or the flag. */
  readonly windowBatchesIn: (epoch: number) => number;
  /** Optimizer steps of all epochs before this one. */
  readonly firstStepOf: (epoch: number) => number;
}

/** What a fit reads, as far as its length is concerned. */
export interface PlannedData {
  readonly train: Pick<BatchSource<unknown>, 'batchesPerEpoch'>;
  /** None: without validation. */
  readonly val: readonly Pick<BatchSource<unknown>, 'batchesPerEpoch'>[];
}

/**
 * Turns flags into batches and steps.
 *
 * @throws {LimberError} `invalid-argument` if there is no batch to train on, or naming the flag.
 */
export function planFit(
  flags: TrainerFlags,
  callbacks: readonly Pick<Callback, 'accumulateGradBatches'>[],
  { train, val }: PlannedData,
): FitPlan {
  const trainBatches = limitTrainBatches(flags, train.batchesPerEpoch);
  const windowBatchesIn = (epoch: number): number => {
    const asked = callbacks.map((one) => one.accumulateGradBatches?.(epoch));
    return asked.findLast((count) => count !== undefined) ?? flags.accumulateGradBatches;
  };
  const stepsIn = (epoch: number): number => Math.ceil(trainBatches / windowBatchesIn(epoch));
  const isChanging = callbacks.some((one) => one.accumulateGradBatches !== undefined);
  const isLengthKnown = train.batchesPerEpoch !== Infinity;
  const firstStepOf = (epoch: number): number => {
    if (epoch === 0) return 0;
    if (!isLengthKnown) throw unknownLength('where an epoch begins is asked for', 'Trainer.fit');
    if (!isChanging) return epoch * stepsIn(0);
    let steps = 0;
    for (let at = 0; at < epoch; at++) steps += stepsIn(at);
    return steps;
  };
  const { limitValBatches, maxEpochs, maxSteps, checkValEveryNEpoch } = flags;
  if (!isLengthKnown && checkValEveryNEpoch === null) {
    throw unknownLength('intervals run on over epochs', 'Trainer.checkValEveryNEpoch');
  }
  return {
    trainBatches,
    isLengthKnown,
    validationBatches: val.map(({ batchesPerEpoch }) =>
      limitBatches(limitValBatches, batchesPerEpoch, 'Trainer.limitValBatches'),
    ),
    intervalBatches: intervalOf(flags, trainBatches),
    everyNEpochs: checkValEveryNEpoch,
    totalSteps: Math.min(
      maxEpochs === -1 || !isLengthKnown ? Infinity : firstStepOf(maxEpochs),
      maxSteps === -1 ? Infinity : maxSteps,
    ),
    windowBatchesIn,
    firstStepOf,
  };
}

/**
 * Whether an interval between validations ends with the accumulation window that has just been stepped.
 *
 * @param at - how many batches of the epoch are done.
 */
export function isIntervalOver(
  plan: FitPlan,
  { epoch, batch, isEpochRead }: Pick<LoopPosition, 'epoch' | 'batch' | 'isEpochRead'>,
): boolean {
  const { everyNEpochs, intervalBatches, trainBatches } = plan;
  if (everyNEpochs !== null && (epoch + 1) % everyNEpochs !== 0) return false;
  if (isEpochRead && intervalBatches === trainBatches) return true;
  const windowBatches = plan.windowBatchesIn(epoch);
  const windowStart = Math.floor((batch - 1) / windowBatches) * windowBatches;
  const before = everyNEpochs === null ? epoch * trainBatches : 0;
  const intervalsUntil = (batches: number): number =>
    Math.floor((before + batches) / intervalBatches);
  return intervalsUntil(batch) > intervalsUntil(windowStart);
}

function limitTrainBatches({ limitTrainBatches: limit }: TrainerFlags, available: number): number {
  const batches = limitBatches(limit, available, 'Trainer.limitTrainBatches');
  if (batches > 0) return batches;
  throw noBatch(`0 of ${available}`);
}

/** There is nothing to train on. */
export function noBatch(got: string): LimberError {
  return new LimberError('invalid-argument', {
    where: 'Trainer.fit',
    what: 'no batch to train on',
    expected: 'at least 1 after limitTrainBatches',
    got,
    fix: 'Lower the batch size, or bring more data.',
  });
}

function unknownLength(what: string, where: string): LimberError {
  return new LimberError('invalid-argument', {
    where,
    what: `${what}, and the source does not say how many batches an epoch has`,
    expected: 'a source with batchesPerEpoch',
    got: 'Infinity',
  });
}

function intervalOf(flags: TrainerFlags, trainBatches: number): number {
  const { valCheckInterval, checkValEveryNEpoch } = flags;
  if (typeof valCheckInterval !== 'number') {
    if (valCheckInterval.fraction === 1) return trainBatches;
    if (trainBatches === Infinity) {
      throw unknownLength('a fraction of an epoch', 'Trainer.valCheckInterval');
    }
    return Math.max(1, fractionOf(valCheckInterval, trainBatches, 'Trainer.valCheckInterval'));
  }
  const isShortEnough = checkValEveryNEpoch === null || valCheckInterval <= trainBatches;
  if (Number.isInteger(valCheckInterval) && valCheckInterval >= 1 && isShortEnough) {
    return valCheckInterval;
  }
  throw new LimberError('invalid-argument', {
    where: 'Trainer.valCheckInterval',
    what: 'not an interval within an epoch',
    expected: `a whole number from 1 to ${trainBatches}, or { fraction }`,
    got: `${valCheckInterval}`,
    fix: 'With checkValEveryNEpoch: null the interval may be longer than an epoch.',
  });
}
