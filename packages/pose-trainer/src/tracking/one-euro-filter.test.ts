import { expect, test } from 'vitest';
import { createOneEuroFilter } from './one-euro-filter.ts';

const options = { minCutoffHz: 1, beta: 0.5, speedCutoffHz: 1 };

test('values are those of the published algorithm, at uneven times too', () => {
  const filter = createOneEuroFilter(options);
  const values = [0, 1, 1, 3, 2.5, 2.5];
  const times = [0, 0.1, 0.2, 0.25, 0.4, 0.5];
  const smoothed = values.map((value, at) => filter(value, times[at]!));
  // a second implementation, written in Python from the pseudo code of the paper
  const published = [0, 0.64795717, 0.874250531, 2.366632095, 2.4748345, 2.491703625];
  for (const [at, value] of published.entries()) expect(smoothed[at]).toBeCloseTo(value, 8);
});

test('a time that does not rise changes nothing', () => {
  const filter = createOneEuroFilter(options);
  filter(1, 0);
  expect(filter(5, 0)).toBe(1);
  expect(filter(1, 1)).toBe(1);
});
