import { expect, it } from 'vitest';
import { intervalOf } from './interval.ts';

it('ends are interpolated between the values of the sample', () => {
  const sample = Float64Array.from([40, 10, 20]);
  expect(intervalOf(sample, 0.5)).toEqual({ low: 15, high: 30 });
  expect(intervalOf(sample, 0.75)).toEqual({ low: 12.5, high: 35 });
  expect([...sample]).toEqual([40, 10, 20]);
});

it('all of a sample reaches from its lowest value to its highest', () => {
  expect(intervalOf(Float64Array.from([3, 1, 2]), 1)).toEqual({ low: 1, high: 3 });
  expect(intervalOf(Float64Array.from([7]), 0.95)).toEqual({ low: 7, high: 7 });
});

it('an empty sample has none', () => {
  expect(intervalOf(new Float64Array(0), 0.95)).toBeUndefined();
});
