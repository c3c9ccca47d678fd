import { expect, test } from 'vitest';
import { evenly } from './evenly.ts';

test('items are chosen at even distances', () => {
  expect(evenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8]);
  expect(evenly([0, 1], 5)).toEqual([0, 1]);
});
