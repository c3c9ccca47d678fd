import { expect, test } from 'vitest';
import type { StochasticWeightAveragingOptions } from './stochastic-weight-averaging.ts';
import { createStochasticWeightAveraging } from './stochastic-weight-averaging.ts';

const stepsPerEpoch = 4;

/** The learning rates of the steps of a fit of 10 epochs, each of 4 steps, where the schedule says 1 - step / 100. */
function ratesOf(options: StochasticWeightAveragingOptions): number[] {
  const swa = createStochasticWeightAveraging(options);
  const scheduledRate = (step: number): number => 1 - step / 100;
  return Array.from({ length: 10 * stepsPerEpoch }, (_, step) => {
    const epoch = Math.floor(step / stepsPerEpoch);
    const firstStepOf = (at: number): number => at * stepsPerEpoch;
    const at = { epoch, step, maxEpochs: 10, firstStepOf, scheduledRate };
    // as if another callback had halved it
    return swa.adaptLearningRate!(scheduledRate(step) / 2, at);
  });
}

const before = (step: number): number => (1 - step / 100) / 2;

test('before the averaging begins the rate is left as it is; then it moves along half a cosine from the schedule', () => {
  const rates = ratesOf({ swaLrs: 0.1, swaEpochStart: 0.55, annealingEpochs: 2 });
  // 0.55 of 10 epochs, rounded down
  expect(rates.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, step) => before(step)));
  // from 0.8 at step 20 to 0.1 at step 28
  for (let step = 20; step < 28; step++) {
    const left = (1 + Math.cos((Math.PI * (step - 20)) / 8)) / 2;
    expect(rates[step]).toBeCloseTo(0.1 + 0.7 * left, 11);
  }
  // to the last bit
  expect(rates.slice(28)).toEqual(Array.from({ length: 12 }, () => 0.1));
});

test('by default it moves for 10 epochs from the 8th of 10 on', () => {
  const rates = ratesOf({ swaLrs: 0.1 });
  expect(rates.slice(0, 32)).toEqual(Array.from({ length: 32 }, (_, step) => before(step)));
  expect(rates[32]).toBe(1 - 32 / 100);
  // a fifth of the way at the end of the fit, at step 39 seven fortieths of it
  expect(rates[39]).toBeCloseTo(0.1 + 0.58 * (0.5 + 0.5 * Math.cos((Math.PI * 7) / 40)), 11);
});

test('a start of 1 and more is an epoch, a straight line is one, and 0 epochs jump', () => {
  const rates = ratesOf({
    swaLrs: 0.16,
    swaEpochStart: 4,
    annealingEpochs: 1,
    annealingStrategy: 'linear',
  });
  expect(rates[15]).toBe(before(15));
  for (const [at, rate] of [0.84, 0.67, 0.5, 0.33].entries()) {
    expect(rates[16 + at]).toBeCloseTo(rate, 12);
  }
  expect(rates.slice(20, 22)).toEqual([0.16, 0.16]);
  const jumping = ratesOf({ swaLrs: 0.16, swaEpochStart: 1, annealingEpochs: 0 });
  expect([jumping[3], jumping[4]]).toEqual([before(3), 0.16]);
});
