import { LimberError } from '@limber/files';
import type { Callback } from '../hooks/callback.ts';

/**
 * Changes the number of batches of an optimizer step at given epochs.
 *
 * @param scheduling - from which epoch on, how many: `{ 0: 8, 4: 4, 8: 1 }`. One before the first epoch named.
 * @throws {LimberError} `invalid-argument` naming the entry.
 */
export function createGradientAccumulationScheduler({
  scheduling,
}: {
  readonly scheduling: Readonly<Record<number, number>>;
}): Callback {
  const entries = Object.entries(scheduling)
    .map(([epoch, batches]) => ({ epoch: Number(epoch), batches }))
    .sort((first, second) => first.epoch - second.epoch);
  for (const { epoch, batches } of entries) {
    const isEpoch = Number.isInteger(epoch) && epoch >= 0;
    if (isEpoch && Number.isInteger(batches) && batches >= 1) continue;
    throw new LimberError('invalid-argument', {
      where: `GradientAccumulationScheduler.scheduling[${epoch}]`,
      what: 'not an epoch with its batches',
      expected: 'an epoch >= 0 with a whole number of batches >= 1',
      got: `${batches}`,
    });
  }
  return {
    accumulateGradBatches: (epoch) =>
      entries.findLast((entry) => entry.epoch <= epoch)?.batches ?? 1,
  };
}
