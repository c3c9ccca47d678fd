import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosineRate, multiStepRate, withWarmup } from './learning-rate-schedule.ts';

describe('cosineRate', () => {
  test("gives the rates of PyTorch's CosineAnnealingLR", () => {
    // torch 2.13.0, run: SGD([p], lr=0.1), CosineAnnealingLR(optimizer, 8, eta_min=0.001), the rate before each step
    const rate = cosineRate({ learningRate: 0.1, minimum: 0.001, totalSteps: 8 });
    const expected = [
      0.1, 0.096232037, 0.085501786, 0.06944283, 0.0505, 0.03155717, 0.015498214, 0.004767963,
      0.001,
    ];
    for (const [step, value] of expected.entries()) expect(rate(step)).toBeCloseTo(value, 8);
  });

  test("waits until it starts, as MMEngine's with a begin", () => {
    const rate = cosineRate({ learningRate: 0.1, minimum: 0.001, totalSteps: 12, startStep: 4 });
    const later = cosineRate({ learningRate: 0.1, minimum: 0.001, totalSteps: 8 });
    expect([0, 1, 3, 4].map(rate)).toEqual([0.1, 0.1, 0.1, 0.1]);
    for (const step of [5, 8, 12, 20]) expect(rate(step)).toBe(later(step - 4));
  });

  test('of no steps is at its minimum from the start', () => {
    expect(cosineRate({ learningRate: 0.1, minimum: 0.001, totalSteps: 0 })(0)).toBe(0.001);
  });

  test('stays at its minimum after the end', () => {
    expect(cosineRate({ learningRate: 0.1, minimum: 0.001, totalSteps: 8 })(20)).toBe(0.001);
  });

  test('never rises, and stays between its ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(5000), (totalSteps, step) => {
        const rate = cosineRate({ learningRate: 1, minimum: 0.1, totalSteps });
        expect(rate(step + 1)).toBeLessThanOrEqual(rate(step));
        expect(rate(step)).toBeGreaterThanOrEqual(0.1);
        expect(rate(step)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test('multiStepRate multiplies at every milestone', () => {
  const rate = multiStepRate({ learningRate: 1, milestones: [170, 200], factor: 0.1 });
  expect([0, 169, 170, 199, 200, 209].map(rate)).toEqual([1, 1, 0.1, 0.1, 0.1 ** 2, 0.1 ** 2]);
});

test('withWarmup grows linearly to the schedule, which goes on unshifted', () => {
  const rate = withWarmup((step) => 100 - step, { warmupSteps: 4, startFactor: 0.2 });
  expect([0, 1, 2, 3, 4, 5].map(rate)).toEqual([
    100 * 0.2,
    99 * (0.2 + 0.8 / 4),
    98 * (0.2 + 1.6 / 4),
    97 * (0.2 + (0.8 * 3) / 4),
    96,
    95,
  ]);
  expect(withWarmup(() => 7, { warmupSteps: 0, startFactor: 0.2 })(0)).toBe(7);
});
