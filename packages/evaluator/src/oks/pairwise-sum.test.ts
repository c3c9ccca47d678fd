import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { pairwiseSum } from './pairwise-sum.ts';

it('adds whole numbers exactly, at any length', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 600 }), (values) => {
      const sum = values.reduce((total, value) => total + value, 0);
      expect(pairwiseSum(Float64Array.from(values), 0, values.length)).toBe(sum);
    }),
    { seed: 1 },
  );
});

it('adds in the order of numpy 2.4.6, to the last bit', () => {
  // numpy.sum(1 / numpy.arange(1, n + 1)) for n = 7, 8, 17, 128, 129, 300
  const expected: [number, number][] = [
    [7, 2.5928571428571425],
    [8, 2.7178571428571425],
    [17, 3.439552522640758],
    [128, 5.433147092589173],
    [129, 5.440899030573669],
    [300, 6.282663880299504],
  ];
  for (const [length, sum] of expected) {
    const values = Float64Array.from({ length }, (_, index) => 1 / (index + 1));
    expect(pairwiseSum(values, 0, length)).toBe(sum);
  }
  // at the borders of its ways to add, where they differ: 1 / numpy.arange(3, n + 3)
  for (const [length, sum] of [
    [8, 1.4289682539682538],
    [128, 3.948591338265976],
  ] as const) {
    const values = Float64Array.from({ length }, (_, index) => 1 / (index + 3));
    expect(pairwiseSum(values, 0, length)).toBe(sum);
  }
});
