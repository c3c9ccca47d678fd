import { describe, expect, test } from 'vitest';
import { assert, integer, property } from 'fast-check';
import { createPermutationKey, permuteIndex } from './permute-index.ts';

const shuffled = (count: number, ...key: number[]): number[] => {
  const permutation = createPermutationKey(...key);
  return Array.from({ length: count }, (_, index) => permuteIndex(index, count, permutation));
};

describe('permuteIndex', () => {
  test('every index stands at exactly one place, whatever the count and the key', () => {
    assert(
      property(integer({ min: 1, max: 700 }), integer(), (count, seed) => {
        expect(new Set(shuffled(count, seed)).size).toBe(count);
      }),
    );
  });

  test('the same key gives the same order, another epoch another one', () => {
    expect(shuffled(500, 7, 0)).toEqual(shuffled(500, 7, 0));
    expect(shuffled(500, 7, 0)).not.toEqual(shuffled(500, 7, 1));
  });

  test('over many keys the first place goes to every index about equally often', () => {
    const keys = 20_000;
    for (const count of [2, 3, 5, 10, 17]) {
      const hits = Array.from({ length: count }, () => 0);
      for (let seed = 0; seed < keys; seed++) {
        hits[permuteIndex(0, count, createPermutationKey(seed))]! += 1;
      }
      const expected = keys / count;
      const chiSquare = hits.reduce((sum, hit) => sum + (hit - expected) ** 2 / expected, 0);
      // the mean of this statistic is count - 1; 0.1 % of truly uniform draws lie above this bound
      expect(chiSquare).toBeLessThan(count - 1 + 4.5 * Math.sqrt(2 * count) + 6);
    }
  });

  test('neighbours are torn apart: no trace of the first order is left', () => {
    const order = shuffled(10_000, 3);
    const neighbours = order.filter(
      (value, at) => at > 0 && Math.abs(value - order[at - 1]!) === 1,
    );
    // a random order has 2 on average
    expect(neighbours.length).toBeLessThan(12);
  });

  test('works for counts beyond 32-bit signed integers', () => {
    const key = createPermutationKey(1);
    const count = 2 ** 32 - 5;
    const values = [0, 1, 2 ** 31, count - 1].map((index) => permuteIndex(index, count, key));
    expect(new Set(values).size).toBe(4);
    for (const value of values) expect(value >= 0 && value < count).toBe(true);
  });

  test('a place outside is refused', () => {
    expect(() => permuteIndex(3, 3, createPermutationKey(1))).toThrow(
      'no place 3 in a list of 3: expected 0 to 2, got 3.',
    );
  });
});
