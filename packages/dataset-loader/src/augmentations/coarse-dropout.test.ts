import { createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { augmentationSchema } from './augmentation-schema.ts';
import type { CoarseDropout } from './coarse-dropout.ts';
import { dropRectangles } from './coarse-dropout.ts';

const { coarseDropout } = augmentationSchema.parse({ coarseDropout: {} });

describe('dropRectangles', () => {
  test('blackens one rectangle of 0.2 to 0.4 of each side', () => {
    const input = { height: 50, width: 40 };
    for (let seed = 0; seed < 30; seed++) {
      const pixels = new Uint8Array(50 * 40 * 3).fill(9);
      dropRectangles({ data: pixels, size: input }, coarseDropout!, createRandom(seed));
      const black: { x: number; y: number }[] = [];
      for (let at = 0; at < 50 * 40; at++) {
        if (pixels[at * 3] === 0) black.push({ x: at % 40, y: Math.floor(at / 40) });
      }
      const extent = (values: number[]): number => Math.max(...values) - Math.min(...values) + 1;
      const width = extent(black.map(({ x }) => x));
      const height = extent(black.map(({ y }) => y));
      expect(black.length).toBe(width * height);
      expect(width).toBeGreaterThanOrEqual(8);
      expect(width).toBeLessThanOrEqual(16);
      expect(height).toBeGreaterThanOrEqual(10);
      expect(height).toBeLessThanOrEqual(20);
    }
  });
});

describe('dropRectangles draws', () => {
  const input = { height: 20, width: 10 };
  const black = (options: Partial<CoarseDropout>, seed: number): boolean[] => {
    const pixels = new Uint8Array(20 * 10 * 3).fill(9);
    const drop = { ...coarseDropout!, ...options };
    dropRectangles({ data: pixels, size: input }, drop, createRandom(seed, 'holes'));
    const grey = pixels.every((level, at) => level === pixels[at - (at % 3)]);
    expect(grey).toBe(true);
    return Array.from({ length: 200 }, (_, at) => pixels[at * 3] === 0);
  };
  const seeds = Array.from({ length: 1000 }, (_, seed) => seed);

  test('as often as asked', () => {
    const dropped = seeds.filter((seed) => black({ probability: 0.25 }, seed).includes(true));
    // three standard deviations are 0.041
    expect(Math.abs(dropped.length / 1000 - 0.25)).toBeLessThan(0.041);
  });

  test('a number of holes between the fewest and the most', () => {
    const options = { holes: [0, 2], size: [0.1, 0.1] } as const;
    const counts = seeds.map((seed) => black(options, seed).filter(Boolean).length);
    // a hole of 2 x 1 pixels; two may overlap
    expect([...new Set(counts)].sort((a, b) => a - b)).toEqual([0, 2, 3, 4]);
    expect(Math.abs(counts.filter((count) => count === 0).length / 1000 - 1 / 3)).toBeLessThan(
      0.045,
    );
  });

  test('every place that a hole fits into, at the edges too', () => {
    const options = { holes: [1, 1], size: [0.5, 0.5] } as const;
    const corners = new Set(seeds.map((seed) => black(options, seed).indexOf(true)));
    const everywhere = Array.from(
      { length: 11 * 6 },
      (_, at) => Math.floor(at / 6) * 10 + (at % 6),
    );
    expect([...corners].sort((a, b) => a - b)).toEqual(everywhere);
  });
});
