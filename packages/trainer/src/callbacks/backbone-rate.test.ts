import { expect, test } from 'vitest';
import { backboneRate } from './backbone-rate.ts';

/** The backbone's rate in epochs of 2 steps, where the schedule says 1 - step / 10. */
function ratesOf(rules: Partial<Parameters<typeof backboneRate>[1]>): number[] {
  return Array.from({ length: 5 }, (_, epoch) => {
    const rate = backboneRate(
      {
        epoch,
        step: 2 * epoch,
        maxEpochs: 5,
        firstStepOf: (at) => 2 * at,
        scheduledRate: (step) => 1 - step / 10,
      },
      {
        unfreezeBackboneAtEpoch: 2,
        lambdaFunc: (at) => at,
        backboneInitialRatioLr: 0.1,
        backboneInitialLr: null,
        shouldAlign: true,
        ...rules,
      },
    );
    return Number(rate.toFixed(9));
  });
}

test('a backbone stands still, starts at its part of the rate, and grows until it meets it', () => {
  // the schedule says 0.6, 0.4 and 0.2 at the starts of epochs 2, 3 and 4
  expect(ratesOf({})).toEqual([0, 0, 0.06, 0.18, 0.2]);
});

test('or grows past it, from a rate of its own', () => {
  expect(ratesOf({ shouldAlign: false })).toEqual([0, 0, 0.06, 0.18, 0.72]);
  expect(ratesOf({ backboneInitialLr: 0.01 })).toEqual([0, 0, 0.01, 0.03, 0.12]);
});
