import { expect, test } from 'vitest';
import type { TrainerFlags } from './trainer-flags.ts';
import { resolveFlags } from './trainer-flags.ts';

test('without maxEpochs a fit has 1000, or no end where steps or time end it', () => {
  expect(resolveFlags({}).maxEpochs).toBe(1000);
  expect(resolveFlags({ maxSteps: -1, maxTime: null }).maxEpochs).toBe(1000);
  expect(resolveFlags({ maxSteps: 5 }).maxEpochs).toBe(-1);
  expect(resolveFlags({ maxTime: '00:01:00:00' }).maxEpochs).toBe(-1);
  expect(resolveFlags({ maxTime: '00:01:00:00', maxEpochs: 3 }).maxEpochs).toBe(3);
});

test('a fast development run has one batch of everything, or so many', () => {
  expect(resolveFlags({ fastDevRun: 0 })).toEqual(resolveFlags({}));
  expect(resolveFlags({ fastDevRun: false, maxEpochs: 7 }).maxEpochs).toBe(7);
  const limitsOf = (fastDevRun: boolean | number) => {
    const flags = resolveFlags({ fastDevRun, maxEpochs: 7, minSteps: 9, limitTestBatches: 9 });
    const { maxSteps, limitTrainBatches, limitValBatches, limitTestBatches } = flags;
    expect(flags).toMatchObject({ maxEpochs: 1, minSteps: 0, numSanityValSteps: 0 });
    return [maxSteps, limitTrainBatches, limitValBatches, limitTestBatches];
  };
  expect(limitsOf(true)).toEqual([1, 1, 1, 1]);
  expect(limitsOf(3)).toEqual([3, 3, 3, 3]);
});

test.each<[Partial<TrainerFlags>, string]>([
  [
    { gradientClipVal: 0 },
    'Trainer.gradientClipVal: not a value for this flag: expected a number > 0 or null, got 0.',
  ],
  [
    { gradientClipVal: Number.NaN },
    'Trainer.gradientClipVal: not a value for this flag: expected a number > 0 or null, got NaN.',
  ],
  [
    { numSanityValSteps: -2 },
    'Trainer.numSanityValSteps: not a value for this flag: expected a whole number >= -1, got -2.',
  ],
  [
    { maxEpochs: 1.5 },
    'Trainer.maxEpochs: not a value for this flag: expected a whole number >= -1, got 1.5.',
  ],
  [
    { fastDevRun: -1 },
    'Trainer.fastDevRun: not a value for this flag: expected a whole number >= 1, got -1.',
  ],
])('%j is refused', (flags, message) => {
  expect(() => resolveFlags(flags)).toThrow(message);
  expect(
    resolveFlags({ gradientClipVal: 0.1, numSanityValSteps: -1, maxEpochs: -1 }),
  ).toBeDefined();
});
