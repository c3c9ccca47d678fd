import { expect, test } from 'vitest';
import { secondsOfMaxTime } from './max-time.ts';

test('a length of time is the sum of its parts', () => {
  const seconds = ((2 * 24 + 3) * 60 + 4) * 60 + 5;
  expect(secondsOfMaxTime('02:03:04:05')).toBe(seconds);
  expect(secondsOfMaxTime({ days: 2, hours: 3, minutes: 4, seconds: 5 })).toBe(seconds);
  expect(secondsOfMaxTime({ hours: 0.5 })).toBe(1800);
  expect(secondsOfMaxTime({ minutes: 2 })).toBe(120);
});
