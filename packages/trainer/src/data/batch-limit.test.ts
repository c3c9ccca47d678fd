import { expect, test } from 'vitest';
import { limitBatches } from './batch-limit.ts';

test.each([
  [Infinity, 7],
  [3, 3],
  [9, 7],
  [0, 0],
  [{ fraction: 1 }, 7],
  [{ fraction: 0.5 }, 3],
  [{ fraction: 0 }, 0],
])('of 7 batches, %j leaves %i', (limit, batches) => {
  expect(limitBatches(limit, 7, 'Trainer.limitValBatches')).toBe(batches);
});

test('a fraction that leaves none is an error, as in Lightning', () => {
  expect(() => limitBatches({ fraction: 0.1 }, 7, 'Trainer.limitValBatches')).toThrow(
    'Trainer.limitValBatches: not a limit of batches: ' +
      'expected a fraction that leaves at least one batch, got 0.1 of 7.',
  );
});

test('nothing of nothing is no error', () => {
  expect(limitBatches({ fraction: 0.1 }, 0, 'Trainer.limitValBatches')).toBe(0);
});

test.each([
  [Infinity, Infinity],
  [3, 3],
  [{ fraction: 1 }, Infinity],
  [{ fraction: 0 }, 0],
])('of a source of unknown length, %j leaves %d', (limit, batches) => {
  expect(limitBatches(limit, Infinity, 'Trainer.limitValBatches')).toBe(batches);
});

test.each([
  [-1, 7, 'a whole number >= 0 or { fraction }, got -1'],
  [2.5, 7, 'a whole number >= 0 or { fraction }, got 2.5'],
  [Number.NaN, 7, 'a whole number >= 0 or { fraction }, got NaN'],
  [{ fraction: -0.1 }, 7, 'a fraction from 0 to 1, got -0.1'],
  [{ fraction: 1.1 }, 7, 'a fraction from 0 to 1, got 1.1'],
  [{ fraction: 0.5 }, Infinity, 'a count, of a source of unknown length, got { fraction: 0.5 }'],
])('%j of %d is refused', (limit, available, what) => {
  expect(() => limitBatches(limit, available, 'Trainer.limitValBatches')).toThrow(
    `Trainer.limitValBatches: not a limit of batches: expected ${what}.`,
  );
});
