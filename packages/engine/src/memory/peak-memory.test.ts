import { expect, test } from 'vitest';
import { createPeakMemory } from './peak-memory.ts';

const megabyte = 1 << 20;

test('memory that was held for a while is in the peak, also after it is free', () => {
  const peak = createPeakMemory();
  peak.reset();
  const before = process.memoryUsage().rss;
  let held: Uint8Array | null = new Uint8Array(64 * megabyte).fill(1);
  expect(held[0]).toBe(1);
  held = null;
  expect(held).toBe(null);
  // another thread of the test runner may give back a little meanwhile
  expect(peak.read()).toBeGreaterThan(before + 48 * megabyte);
});

test.runIf(createPeakMemory().canReset)('a reset starts from what is held now', () => {
  const peak = createPeakMemory();
  peak.reset();
  expect(peak.read()).toBeLessThan(process.memoryUsage().rss + 48 * megabyte);
});
