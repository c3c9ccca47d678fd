import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Groupable } from './assign-splits.ts';
import { assignSplits, checkFractions } from './assign-splits.ts';

const fractions = { train: 0.8, val: 0.1, test: 0.1 };
const group = (key: string | number, size = 1): Groupable[] =>
  Array.from({ length: size }, () => ({ groupKey: `${key}` }));

test('no group is ever cut, whatever the sizes, and fixed items stay', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 3, maxLength: 40 });
  fc.assert(
    fc.property(sizes, fc.integer(), (sizes, seed) => {
      const free = sizes.flatMap((size, key) => group(key, size));
      const items = [...free, { groupKey: 'fixed', split: 'test' as const }, { groupKey: 'fixed' }];
      const { splitOf: splits } = assignSplits(items, fractions, seed);
      const byGroup = new Map<string, Set<string>>();
      for (const [index, { groupKey }] of items.entries()) {
        byGroup.set(groupKey, (byGroup.get(groupKey) ?? new Set()).add(splits[index]!));
      }
      for (const splits of byGroup.values()) expect(splits.size).toBe(1);
      expect(byGroup.get('fixed')).toEqual(new Set(['test']));
      expect(new Set(splits).size).toBe(3);
    }),
  );
});

test('the fractions hold on average', () => {
  const items = Array.from({ length: 5000 }, (_, key) => group(key)).flat();
  const { splitOf: splits } = assignSplits(items, fractions, 1);
  for (const name of ['train', 'val', 'test'] as const) {
    const share = splits.filter((split) => split === name).length / items.length;
    // four standard deviations of 5000 draws
    const spread = 4 * Math.sqrt((fractions[name] * (1 - fractions[name])) / items.length);
    expect(Math.abs(share - fractions[name])).toBeLessThan(spread);
  }
});

test('data that is added moves no sample, wherever it comes in the order', () => {
  const old = Array.from({ length: 60 }, (_, key) => group(`clip ${key}`, 1 + (key % 3))).flat();
  const before = new Map(
    assignSplits(old, fractions, 1).splitOf.map((split, index) => [old[index]!.groupKey, split]),
  );
  const added = Array.from({ length: 40 }, (_, key) => group(`a new clip ${key}`, 2)).flat();
  const all = [...added.slice(0, 30), ...old.toReversed(), ...added.slice(30)];
  const { splitOf: after } = assignSplits(all, fractions, 1);
  for (const [index, { groupKey }] of all.entries()) {
    expect(after[index]).toBe(before.get(groupKey) ?? after[index]);
  }
});

test('another share of val leaves test as it is', () => {
  const items = Array.from({ length: 200 }, (_, key) => group(key)).flat();
  const isTest = (val: number): boolean[] =>
    assignSplits(items, { train: 0.9 - val, val, test: 0.1 }, 1).splitOf.map(
      (split) => split === 'test',
    );
  expect(isTest(0.3)).toEqual(isTest(0.1));
});

test('the seed decides which groups go where, and nothing else does', () => {
  const items = Array.from({ length: 50 }, (_, key) => group(key)).flat();
  const draw = (list: readonly Groupable[], seed: number): readonly string[] =>
    assignSplits(list, fractions, seed).splitOf;
  const once = draw(items, 1);
  expect(draw(items, 1)).toEqual(once);
  expect(draw(items, 2)).not.toEqual(once);
  expect(draw(items.toReversed(), 1).toReversed()).toEqual(once);
});

test('a split with a share is not left empty while there are groups enough', () => {
  const items = [...group('a', 50), ...group('b', 2), ...group('c', 1)];
  const { splitOf, drawnGroups } = assignSplits(items, fractions, 1);
  expect(new Set(splitOf).size).toBe(3);
  expect(drawnGroups).toEqual({ train: 1, val: 1, test: 1 });
});

test('fewer groups than splits are refused', () => {
  expect(() => assignSplits([...group('a', 9), ...group('b', 9)], fractions, 1)).toThrow(
    'buildDataset: splits: too few groups: expected at least 3, for train, val, test, got 2. Give some splits the fraction 0, or name groups that are smaller.',
  );
  expect(assignSplits(group('a', 2), { train: 1, val: 0, test: 0 }, 1)).toEqual({
    splitOf: ['train', 'train'],
    drawnGroups: { train: 1, val: 0, test: 0 },
  });
});

test('fractions that do not add up to 1 are refused', () => {
  expect(() => checkFractions({ train: 0.8, val: 0.1, test: 0.2 })).toThrow(
    'buildDataset: splits: not a division: expected three numbers from 0 to 1 that add up to 1, got train 0.8, val 0.1, test 0.2.',
  );
  expect(() => checkFractions({ train: 1.5, val: -0.5, test: 0 })).toThrow('not a division');
});
