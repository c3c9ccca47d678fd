import { LimberError } from '@limber/files';
import type { BatchLimit } from '../data/batch-limit.ts';
import { limitBatches } from '../data/batch-limit.ts';
import type { LoopPosition } from '../checkpoints/checkpoint.ts';

/** What decides when validation comes. */
export interface ValidationPlan {
  /** Training batches between validations. */
  readonly intervalBatches: number;
  /** null: the interval runs on over epochs. */
  readonly everyNEpochs: number | null;
}

/**
 * Turns the flags `valCheckInterval` and `checkValEveryNEpoch` into batches.
 *
 * @throws {LimberError} `invalid-argument` if the interval is longer than an epoch and may not run on.
 */
export function planValidation(
  valCheckInterval: BatchLimit,
  checkValEveryNEpoch: number | null,
  trainBatches: number,
): ValidationPlan {
  const everyNEpochs = checkValEveryNEpoch;
  if (typeof valCheckInterval !== 'number') {
    const part = limitBatches(valCheckInterval, trainBatches, 'Trainer.valCheckInterval');
    return { intervalBatches: Math.max(1, part), everyNEpochs };
  }
  const isLongEnough = everyNEpochs === null || valCheckInterval <= trainBatches;
  if (Number.isInteger(valCheckInterval) && valCheckInterval >= 1 && isLongEnough) {
    return { intervalBatches: valCheckInterval, everyNEpochs };
  }
  throw new LimberError('invalid-argument', {
    where: 'Trainer.valCheckInterval',
    what: 'not an interval within an epoch',
    expected: `a whole number from 1 to ${trainBatches}, or { fraction }`,
    got: `${valCheckInterval}`,
    fix: 'With checkValEveryNEpoch: null the interval may be longer than an epoch.',
  });
}

/**
 * Whether an interval ends with the accumulation window that has just been stepped.
 *
 * @param windowBatches - batches of a full window.
 */
export function isIntervalOver(
  { intervalBatches, everyNEpochs }: ValidationPlan,
  { epoch, batch }: Pick<LoopPosition, 'epoch' | 'batch'>,
  trainBatches: number,
  windowBatches: number,
): boolean {
  if (everyNEpochs !== null && (epoch + 1) % everyNEpochs !== 0) return false;
  const windowStart = Math.floor((batch - 1) / windowBatches) * windowBatches;
  const before = everyNEpochs === null ? epoch * trainBatches : 0;
  const intervalsUntil = (batches: number): number =>
    Math.floor((before + batches) / intervalBatches);
  return intervalsUntil(batch) > intervalsUntil(windowStart);
}
