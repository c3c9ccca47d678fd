import { createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { augmentationSchema } from './augmentation.ts';
import { dropRectangles } from './coarse-dropout.ts';
import { distortColors } from './photometric.ts';

const { photometric, coarseDropout } = augmentationSchema.parse({
  photometric: {},
  coarseDropout: {},
});

describe('distortColors', () => {
  test('is a pure function of the key, and other keys give other colors', () => {
    const distort = (seed: number): string => {
      const pixels = Uint8Array.from({ length: 300 }, (_, at) => (at * 37) % 256);
      distortColors(pixels, photometric!, createRandom(seed));
      return pixels.join();
    };
    expect(distort(5)).toBe(distort(5));
    expect(new Set(Array.from({ length: 20 }, (_, seed) => distort(seed))).size).toBeGreaterThan(
      15,
    );
  });

  test('ranges that change nothing leave all but the order of the channels', () => {
    const nothing = {
      brightnessDelta: 0,
      contrast: [1, 1],
      saturation: [1, 1],
      hueDelta: 0,
    } as const;
    const before = Uint8Array.from({ length: 300 }, (_, at) => (at * 37) % 256);
    for (let seed = 0; seed < 30; seed++) {
      const after = before.slice();
      distortColors(after, nothing, createRandom(seed));
      const sorted = (pixels: Uint8Array): number[] =>
        [...pixels.subarray(0, 3)].sort((a, b) => a - b);
      expect(sorted(after)).toEqual(sorted(before));
    }
  });

  test('grey stays grey: saturation and hue have nothing to change', () => {
    for (let seed = 0; seed < 30; seed++) {
      const pixels = Uint8Array.from([0, 0, 0, 120, 120, 120, 255, 255, 255]);
      distortColors(pixels, photometric!, createRandom(seed));
      for (let at = 0; at < pixels.length; at += 3) {
        expect(pixels[at + 1]).toBe(pixels[at]);
        expect(pixels[at + 2]).toBe(pixels[at]);
      }
    }
  });
});

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
