import { expect, test } from 'vitest';
import { formatDuration } from './format-duration.ts';

test.each([
  [-5, '0s'],
  [850, '1s'],
  [59_400, '59s'],
  [60_000, '1m00s'],
  [130_000, '2m10s'],
  [3_600_000, '1h00m'],
  [7_200_000, '2h00m'],
  [86_340_000, '23h59m'],
])('%d ms is %s', (ms, expected) => {
  expect(formatDuration(ms)).toBe(expected);
});
