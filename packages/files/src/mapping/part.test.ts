import { expect, test } from 'vitest';
import { rangeOfPart } from './part.ts';

test.each([
  [10, 4, [0, 2, 5, 7, 10]],
  [3, 3, [0, 1, 2, 3]],
  [2, 4, [0, 0, 1, 1, 2]],
  [0, 2, [0, 0, 0]],
])('%i items in %i parts follow one another and are all of them', (total, count, bounds) => {
  const ranges = Array.from({ length: count }, (_, index) => rangeOfPart(total, { index, count }));
  expect(ranges).toEqual(bounds.slice(1).map((end, at) => [bounds[at], end]));
});
