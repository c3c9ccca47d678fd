import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitPeak } from './fit-peak.ts';

const sigma = 2;

const gaussian = (length: number, center: number, height = 1): number[] =>
  Array.from({ length }, (_, at) => height * Math.exp(-((at - center) ** 2) / (2 * sigma ** 2)));

test('the peak of a Gaussian of any height is found, at the ends of the line too', () => {
  const cases = fc.integer({ min: 5, max: 12 }).chain((length) =>
    fc.record({
      length: fc.constant(length),
      center: fc.double({ min: 0, max: length - 1, noNaN: true }),
      height: fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    }),
  );
  fc.assert(
    fc.property(cases, ({ length, center, height }) => {
      const line = gaussian(length, center, height);
      const peak = line.indexOf(Math.max(...line));
      expect(peak + fitPeak(line, peak)).toBeCloseTo(center, 9);
    }),
    { seed: 1 },
  );
});

test('a line of fewer than five pixels, or a flat one, has its peak where it is highest', () => {
  expect(fitPeak(gaussian(4, 1.3), 1)).toBe(0);
  expect(fitPeak([0.5, 0.5, 0.5, 0.5, 0.5], 2)).toBe(0);
  // lowest where it ought to be highest
  expect(fitPeak([0.9, 0.6, 0.5, 0.7, 0.9], 2)).toBe(0);
});

test('the peak is looked for within a pixel', () => {
  expect(fitPeak([1, 0.99, 0.97, 0.94, 0.9], 4)).toBe(-1);
  expect(fitPeak([0.9, 0.94, 0.97, 0.99, 1], 0)).toBe(1);
});
