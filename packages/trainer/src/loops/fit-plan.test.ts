import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FitPlan } from './fit-plan.ts';
import { isIntervalOver, planFit } from './fit-plan.ts';
import type { TrainerFlags } from './trainer-flags.ts';
import { resolveFlags } from './trainer-flags.ts';

const source = (batchesPerEpoch: number): { readonly batchesPerEpoch: number } => ({
  batchesPerEpoch,
});

function planOf(
  flags: Partial<TrainerFlags>,
  batches: number,
  {
    val = [],
    windows = [],
  }: { val?: number[]; windows?: (((epoch: number) => number) | null)[] } = {},
): FitPlan {
  const callbacks = windows.map((each) => (each === null ? {} : { accumulateGradBatches: each }));
  const data = { train: source(batches), val: val.map(source) };
  return planFit(resolveFlags(flags), callbacks, data);
}

/** After which windows of all epochs validation comes, as `epoch:batch`. */
function validationsOf(plan: FitPlan, epochs: number): string[] {
  const due: string[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const window = plan.windowBatchesIn(epoch);
    for (let done = 0; done < plan.trainBatches;) {
      done = Math.min(done + window, plan.trainBatches);
      const isEpochRead = done === plan.trainBatches;
      if (isIntervalOver(plan, { epoch, batch: done, isEpochRead })) due.push(`${epoch}:${done}`);
    }
  }
  return due;
}

describe('the steps of a fit', () => {
  test.each<[string, Partial<TrainerFlags>, number]>([
    ['epochs', { maxEpochs: 3 }, 15],
    ['windows, the last of each epoch smaller', { maxEpochs: 3, accumulateGradBatches: 2 }, 9],
    ['whichever ends first: steps', { maxEpochs: 3, maxSteps: 7 }, 7],
    ['whichever ends first: epochs', { maxEpochs: 3, maxSteps: 70 }, 15],
    ['steps alone', { maxSteps: 70 }, 70],
    ['limited epochs', { maxEpochs: 3, limitTrainBatches: { fraction: 0.5 } }, 6],
    ['no end', { maxEpochs: -1 }, Infinity],
  ])('are those of %s', (_what, flags, steps) => {
    expect(planOf(flags, 5).totalSteps).toBe(steps);
  });

  test('of an unknown length are those of maxSteps', () => {
    expect(planOf({ maxEpochs: 3 }, Infinity)).toMatchObject({
      totalSteps: Infinity,
      isLengthKnown: false,
      trainBatches: Infinity,
    });
    expect(planOf({ maxEpochs: 3, maxSteps: 9 }, Infinity).totalSteps).toBe(9);
    const limited = planOf({ limitTrainBatches: 4 }, Infinity);
    expect(limited).toMatchObject({ trainBatches: 4, isLengthKnown: false });
    expect(limited.firstStepOf(0)).toBe(0);
    expect(() => limited.firstStepOf(1)).toThrow(
      'Trainer.fit: where an epoch begins is asked for, and the source does not say how many batches an ' +
        'epoch has: expected a source with batchesPerEpoch, got Infinity.',
    );
    // such an epoch may end early, and ends with a validation all the same
    expect(isIntervalOver(limited, { epoch: 0, batch: 3, isEpochRead: true })).toBe(true);
    expect(isIntervalOver(limited, { epoch: 0, batch: 3, isEpochRead: false })).toBe(false);
  });

  test('add up over windows that change; of several callbacks the last one decides', () => {
    const doubling = (epoch: number): number => 2 ** epoch;
    const plan = planOf({ maxEpochs: 3 }, 5, { windows: [() => 5, doubling] });
    expect([0, 1, 2, 3].map(plan.firstStepOf)).toEqual([0, 5, 8, 10]);
    expect(plan.totalSteps).toBe(10);
    expect([0, 1, 2].map(plan.windowBatchesIn)).toEqual([1, 2, 4]);
    const beside = planOf({ maxEpochs: 3 }, 5, { windows: [null, doubling, null] });
    expect([0, 1, 2, 3].map(beside.firstStepOf)).toEqual([0, 5, 8, 10]);
    const constant = planOf({ accumulateGradBatches: 2 }, 5);
    expect([0, 1, 2].map(constant.firstStepOf)).toEqual([0, 3, 6]);
  });
});

describe('validation comes', () => {
  test.each<[string, Partial<TrainerFlags>, string[]]>([
    ['at the end of every epoch', {}, ['0:5', '1:5', '2:5', '3:5']],
    ['at the ends of some', { checkValEveryNEpoch: 2 }, ['1:5', '3:5']],
    [
      'by batches',
      { valCheckInterval: 2 },
      ['0:2', '0:4', '1:2', '1:4', '2:2', '2:4', '3:2', '3:4'],
    ],
    ['by batches of some epochs', { valCheckInterval: 2, checkValEveryNEpoch: 3 }, ['2:2', '2:4']],
    [
      'by a fraction, rounded down',
      { valCheckInterval: { fraction: 0.7 }, checkValEveryNEpoch: 4 },
      ['3:3'],
    ],
    [
      'after every batch by a fraction of less than one',
      { valCheckInterval: { fraction: 0.1 }, checkValEveryNEpoch: 4 },
      ['3:1', '3:2', '3:3', '3:4', '3:5'],
    ],
    ['on and on over epochs', { valCheckInterval: 7, checkValEveryNEpoch: null }, ['1:2', '2:4']],
    [
      'with the window in which the interval ends',
      { valCheckInterval: 3, accumulateGradBatches: 2, checkValEveryNEpoch: 4 },
      ['3:4'],
    ],
    [
      'at the end of the epoch, whatever the windows are',
      { accumulateGradBatches: 3 },
      ['0:5', '1:5', '2:5', '3:5'],
    ],
  ])('%s', (_what, flags, due) => {
    expect(validationsOf(planOf(flags, 5), 4)).toEqual(due);
  });

  test('once for every interval that ends within a window, in any fit', () => {
    const counts = fc.record({
      batches: fc.integer({ min: 1, max: 12 }),
      window: fc.integer({ min: 1, max: 5 }),
      interval: fc.integer({ min: 1, max: 30 }),
      isRunningOn: fc.boolean(),
    });
    fc.assert(
      fc.property(counts, ({ batches, window, interval, isRunningOn }) => {
        fc.pre(isRunningOn || interval <= batches);
        const flags = { valCheckInterval: interval, accumulateGradBatches: window };
        const every = isRunningOn ? { checkValEveryNEpoch: null } : {};
        const due = new Set(validationsOf(planOf({ ...flags, ...every }, batches), 3));
        for (let epoch = 0; epoch < 3; epoch++) {
          const before = isRunningOn ? epoch * batches : 0;
          for (let start = 0; start < batches; start += window) {
            const end = Math.min(start + window, batches);
            const ends = Array.from({ length: end - start }, (_, at) => before + start + at + 1);
            const isOver = ends.some((batch) => batch % interval === 0);
            expect(due.has(`${epoch}:${end}`)).toBe(isOver);
          }
        }
      }),
    );
  });
});

test('batches of validation are limited source by source', () => {
  expect(planOf({ limitValBatches: 3 }, 5, { val: [2, 9] }).validationBatches).toEqual([2, 3]);
  expect(planOf({}, 5).validationBatches).toEqual([]);
});

test.each<[Partial<TrainerFlags>, number, string]>([
  [
    { valCheckInterval: 6 },
    5,
    'Trainer.valCheckInterval: not an interval within an epoch: expected a whole number from 1 to 5, ' +
      'or { fraction }, got 6. With checkValEveryNEpoch: null the interval may be longer than an epoch.',
  ],
  [{ valCheckInterval: 0 }, 5, 'Trainer.valCheckInterval: not an interval within an epoch'],
  [{ valCheckInterval: 1.5 }, 5, 'Trainer.valCheckInterval: not an interval within an epoch'],
  [
    { limitTrainBatches: 0 },
    5,
    'Trainer.fit: no batch to train on: expected at least 1 after limitTrainBatches, got 0 of 5. ' +
      'Lower the batch size, or bring more data.',
  ],
  [
    { valCheckInterval: { fraction: 0.5 } },
    Infinity,
    'Trainer.valCheckInterval: a fraction of an epoch, and the source does not say how many batches ' +
      'an epoch has: expected a source with batchesPerEpoch, got Infinity.',
  ],
  [
    { checkValEveryNEpoch: null, valCheckInterval: 4 },
    Infinity,
    'Trainer.checkValEveryNEpoch: intervals run on over epochs, and the source does not say how many ' +
      'batches an epoch has: expected a source with batchesPerEpoch, got Infinity.',
  ],
])('%j of %d batches is refused', (flags, batches, message) => {
  expect(() => planOf(flags, batches)).toThrow(message);
});
