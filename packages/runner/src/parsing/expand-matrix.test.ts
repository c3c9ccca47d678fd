import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Combination } from './expand-matrix.ts';
import { agree, expandMatrix, nameCombination } from './expand-matrix.ts';

it('crosses the axes, the last varying fastest, without what is excluded', () => {
  const axes = { model: ['tiny', 'big'], seed: [1, 2] };
  const exclude = [{ model: 'big', seed: 1 }];
  expect(expandMatrix({ axes, include: [], exclude }).map(nameCombination)).toEqual([
    'tiny-1',
    'tiny-2',
    'big-2',
  ]);
});

// The example of the documentation of GitHub Actions, which defined these rules first.
it('an entry of include adds to the combinations it agrees with, or is one of its own', () => {
  const axes = { fruit: ['apple', 'pear'], animal: ['cat', 'dog'] };
  const include: Combination[] = [
    { color: 'green' },
    { color: 'pink', animal: 'cat' },
    { fruit: 'apple', shape: 'circle' },
    { fruit: 'banana' },
    { fruit: 'banana', animal: 'cat' },
  ];
  expect(expandMatrix({ axes, include, exclude: [] })).toEqual([
    { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
    { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
    { fruit: 'pear', animal: 'cat', color: 'pink' },
    { fruit: 'pear', animal: 'dog', color: 'green' },
    { fruit: 'banana' },
    { fruit: 'banana', animal: 'cat' },
  ]);
});

it('has as many combinations as the axes multiply to, all different', () => {
  const axis = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c'), axis, { minKeys: 1 }), (axes) => {
      const all = expandMatrix({ axes, include: [], exclude: [] });
      const product = Object.values(axes).reduce((size, values) => size * values.length, 1);
      expect(all).toHaveLength(product);
      expect(new Set(all.map(nameCombination)).size).toBe(product);
      expect(all.every((one) => agree(one, one))).toBe(true);
    }),
  );
});

it('a name holds what a file name can', () => {
  expect(nameCombination({ a: 'x/../y z', b: 0.5, c: true })).toBe('x_.._y_z-0.5-true');
});
