import { expect, it } from 'vitest';
import { isSettled } from './seen-stat.ts';

const second = 1_700_000_000_000;

it.each([
  ['a fine time', { mtimeMs: second + 0.25, ctimeMs: second + 0.25 }, [99, 101]],
  ['a whole second', { mtimeMs: second, ctimeMs: second }, [2_499, 2_500]],
  ['a fine time after a whole second', { mtimeMs: second, ctimeMs: second + 0.25 }, [99, 101]],
  ['a whole second after a fine time', { mtimeMs: second - 0.25, ctimeMs: second }, [2_499, 2_500]],
])('a file that changed last at %s is settled in time', (_, stat, [before, after]) => {
  expect(isSettled(stat, second + before!)).toBe(false);
  expect(isSettled(stat, second + after!)).toBe(true);
});
