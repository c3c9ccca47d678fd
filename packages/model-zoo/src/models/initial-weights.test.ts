import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { initialKernel } from './initial-weights.ts';

const shape = [3, 3, 32, 64] as const;
const heNormal = { type: 'he-normal-fan-out' } as const;

function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

test('He-normal by fan-out has the variance 2 / (kernel area x filters)', () => {
  const { mean, deviation } = moments(
    initialKernel(1, { name: 'a/kernel', shape, initializer: heNormal }),
  );
  const expected = Math.sqrt(2 / (9 * 64));
  // 18,432 draws: the mean is within 4 of its own standard deviations
  expect(Math.abs(mean)).toBeLessThan((4 * expected) / Math.sqrt(18_432));
  expect(Math.abs(deviation / expected - 1)).toBeLessThan(0.02);
});

test('the head starts with deviations of 0.001', () => {
  const initializer = { type: 'normal', standardDeviation: 0.001 } as const;
  const { deviation } = moments(
    initialKernel(1, { name: 'a/kernel', shape: [1, 1, 256, 17], initializer }),
  );
  expect(Math.abs(deviation / 0.001 - 1)).toBeLessThan(0.05);
});

test('seed and name decide every bit, and nothing else does', () => {
  const first = initialKernel(1, { name: 'a/kernel', shape, initializer: heNormal });
  expect(initialKernel(1, { name: 'a/kernel', shape, initializer: heNormal })).toEqual(first);
  expect(initialKernel(2, { name: 'a/kernel', shape, initializer: heNormal })).not.toEqual(first);
  expect(initialKernel(1, { name: 'b/kernel', shape, initializer: heNormal })).not.toEqual(first);
});

test('a run on another machine starts from the same bytes', () => {
  const bytes = new Uint8Array(
    initialKernel(7, { name: 'backbone.conv1/kernel', shape: [7, 7, 3, 64], initializer: heNormal })
      .buffer,
  );
  expect(createHash('sha256').update(bytes).digest('hex')).toMatchInlineSnapshot(
    `"b8963c9291d482c122c5a426fccd414198a22e47913f7c07f8d6907fb1b3b7d1"`,
  );
});

test('an odd number of weights is filled to the last', () => {
  expect(
    initialKernel(1, { name: 'a/kernel', shape: [1, 1, 1, 3], initializer: heNormal }).every(
      (value) => value !== 0,
    ),
  ).toBe(true);
});
