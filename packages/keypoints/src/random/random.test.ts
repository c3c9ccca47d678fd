import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RandomKey } from './random.ts';
import { createRandom } from './random.ts';

const drawsPerTest = 20_000;

function draws(key: RandomKey, count: number): number[] {
  const random = createRandom(...key);
  return Array.from({ length: count }, () => random.uniform());
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('a stream', () => {
  test('is the same on every machine', () => {
    expect(draws([1, 2, 'flip'], 3)).toEqual([
      0.6747831910589634, 0.7334735915479339, 0.11735553033139667,
    ]);
  });

  test('is decided by its key, and only by that', () => {
    const key = fc.array(fc.oneof(fc.integer(), fc.string()), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(key, key, (first, second) => {
        const isSameKey = JSON.stringify(first) === JSON.stringify(second);
        expect(draws(first, 2)).toEqual(draws(first, 2));
        if (!isSameKey) expect(draws(first, 2)).not.toEqual(draws(second, 2));
      }),
      { seed: 1 },
    );
  });

  test.each<[RandomKey, RandomKey]>([
    [
      [1, 23],
      [12, 3],
    ],
    [[1], ['1']],
    [['ab'], ['a', 'b']],
  ])('%o is not that of %o', (first, second) => {
    expect(draws(first, 2)).not.toEqual(draws(second, 2));
  });

  test('of a fork does not depend on what was drawn before', () => {
    const random = createRandom(5);
    const before = random.fork('a', 1).uniform();
    random.uniform();
    expect(random.fork('a', 1).uniform()).toBe(before);
    expect(createRandom(5, 'a', 1).uniform()).toBe(before);
    expect(random.fork('a', 1).key).toEqual([5, 'a', 1]);
  });
});

describe('draws', () => {
  const many = (draw: () => number): number[] => Array.from({ length: drawsPerTest }, draw);

  test('uniform numbers fill [low, high) evenly', () => {
    const random = createRandom('draws', 'uniform');
    const values = many(() => random.uniform(-2, 6));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values)).toBeLessThan(6);
    expect(meanOf(values)).toBeCloseTo(2, 1);
    expect(meanOf(values.map((value) => (value - 2) ** 2))).toBeCloseTo(64 / 12, 0);
  });

  test('integers reach both ends', () => {
    const random = createRandom('draws', 'integers');
    const values = many(() => random.integer(3, 5));
    expect(new Set(values)).toEqual(new Set([3, 4, 5]));
  });

  test('chances come true as often as they say', () => {
    const random = createRandom('draws', 'chances');
    expect(meanOf(many(() => Number(random.chance(0.3))))).toBeCloseTo(0.3, 1);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
  });

  test('normal deviates have mean 0 and variance 1', () => {
    const random = createRandom('draws', 'normal');
    const values = many(() => random.normal());
    expect(Math.abs(meanOf(values))).toBeLessThan(0.03);
    expect(Math.abs(meanOf(values.map((value) => value ** 2)) - 1)).toBeLessThan(0.05);
  });

  test('truncated normal deviates lie in [-1, 1] with the variance of that slice', () => {
    const random = createRandom('draws', 'truncated');
    const values = many(() => random.truncatedNormal());
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
    // 1 - 2 phi(1) / (2 Phi(1) - 1), phi and Phi the normal density and distribution
    expect(meanOf(values.map((value) => value ** 2))).toBeCloseTo(0.2911, 1);
  });

  test('picks come from the list', () => {
    const random = createRandom('draws', 'picks');
    const picks = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])));
    expect(picks).toEqual(new Set(['a', 'b', 'c']));
  });
});
