import { createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { augmentationSchema } from './augmentation-schema.ts';
import type { PhotometricDistortion } from './photometric.ts';
import { distortColors } from './photometric.ts';

const { photometric } = augmentationSchema.parse({ photometric: {} });

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

/** Changes that leave everything as it is, but the order of the channels. */
const nothing: PhotometricDistortion = {
  brightnessDelta: 0,
  contrast: [1, 1],
  saturation: [1, 1],
  hueDelta: 0,
};

const draws = 2000;

/** What each of 2000 draws makes of the pixels; three standard deviations of a share of them are at most 0.034. */
function drawsOf(levels: readonly number[], options: Partial<PhotometricDistortion>): number[][] {
  return Array.from({ length: draws }, (_, seed) => {
    const pixels = Uint8Array.from(levels);
    distortColors(pixels, { ...nothing, ...options }, createRandom(seed, 'colors'));
    return [...pixels];
  });
}

/** How often each outcome is drawn, whatever the order of the channels. */
function sharesOf(levels: readonly number[], options: Partial<PhotometricDistortion>) {
  const shares: Record<string, number> = {};
  for (const draw of drawsOf(levels, options)) {
    const outcome = draw.sort((a, b) => b - a).join(' ');
    shares[outcome] = (shares[outcome] ?? 0) + 1 / draws;
  }
  return shares;
}

function expectShares(found: Record<string, number>, expected: Record<string, number>): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [outcome, share] of Object.entries(expected)) {
    expect(Math.abs(found[outcome]! - share), outcome).toBeLessThan(0.034);
  }
}

describe('distortColors draws as MMPose does', () => {
  test('brightness: half of the time one amount for all levels, uniform up to the delta, cut at black and white', () => {
    const drawn = drawsOf([0, 0, 0, 128, 128, 128, 255, 255, 255], { brightnessDelta: 32 });
    const shifts = drawn.map((pixels) => pixels[3]! - 128);
    for (const [at, shift] of shifts.entries()) {
      const [black, white] = [Math.max(0, shift), Math.min(255, 255 + shift)];
      const middle = 128 + shift;
      expect(drawn[at]).toEqual([black, middle, white].flatMap((level) => [level, level, level]));
    }
    const changed = shifts.filter((shift) => shift !== 0);
    // a shift that rounds to none is one of 64
    expect(Math.abs(changed.length / draws - 0.5 * (63 / 64))).toBeLessThan(0.034);
    expect([Math.min(...changed), Math.max(...changed)]).toEqual([-32, 32]);
    const mean = changed.reduce((sum, shift) => sum + shift, 0) / changed.length;
    const square = changed.reduce((sum, shift) => sum + shift ** 2, 0) / changed.length;
    // a uniform number from -32 to 32: three standard deviations of its mean of 1000 draws are 1.8
    expect(Math.abs(mean)).toBeLessThan(1.8);
    expect(Math.sqrt(square)).toBeCloseTo(32 / Math.sqrt(3), 0);
  });

  test('contrast: half of the time a factor on all levels, before or after saturation', () => {
    const levels = [200, 100, 50];
    expectShares(sharesOf(levels, { contrast: [1.5, 1.5] }), {
      '200 100 50': 1 / 2,
      '255 150 75': 1 / 2,
    });
    // half the chroma, of the levels as they are or as contrast made and cut them
    expectShares(sharesOf(levels, { contrast: [1.5, 1.5], saturation: [0.5, 0.5] }), {
      '200 100 50': 1 / 4,
      '255 150 75': 1 / 4,
      '200 150 125': 1 / 4,
      '255 203 165': 1 / 8,
      '255 225 188': 1 / 8,
    });
  });

  test('contrast: a uniform factor from the range', () => {
    const levels = drawsOf([100, 100, 100], { contrast: [0.5, 1.5] }).map(([level]) => level!);
    const changed = levels.filter((level) => level !== 100);
    expect(Math.abs(changed.length / draws - 0.5 * 0.99)).toBeLessThan(0.034);
    expect([Math.min(...changed), Math.max(...changed)]).toEqual([50, 150]);
    const mean = changed.reduce((sum, level) => sum + level, 0) / changed.length;
    expect(Math.abs(mean - 100)).toBeLessThan(2.8);
  });

  test('brightness comes before contrast, and is cut before it', () => {
    const levels = drawsOf([250, 250, 250], { brightnessDelta: 32, contrast: [0.5, 0.5] });
    const halved = levels.map(([level]) => level!).filter((level) => level < 200);
    // 250 - 32 and 255, halved
    expect([Math.min(...halved), Math.max(...halved)]).toEqual([109, 128]);
  });

  test('hue: half of the time a uniform turn up to the delta, in steps of 2 degrees', () => {
    const middlesOf = (all: readonly number[][]): number[] =>
      all.map((pixels) => {
        const [low, middle, high] = pixels.toSorted((a, b) => a - b);
        expect([low, high]).toEqual([100, 200]);
        return middle!;
      });
    // at 30 steps, 60 degrees, one more channel is full; it rises evenly on the way there
    const drawn = drawsOf([200, 100, 100], { hueDelta: 30 });
    const middles = middlesOf(drawn);
    const halfWay = middles.filter((middle) => middle > 150).length;
    expect(Math.abs(halfWay / draws - 1 / 4)).toBeLessThan(0.034);
    expect(Math.max(...middles)).toBe(200);
    expect(Math.max(...middlesOf(drawsOf([200, 100, 100], { hueDelta: 15 })))).toBe(150);
    const towards = drawn.filter(([red, green, blue]) => red === 200 && green! + blue! > 200);
    const green = towards.filter(([, green, blue]) => green! > blue!).length;
    expect(Math.abs(green / towards.length - 1 / 2)).toBeLessThan(0.07);
  });

  test('channels: half of the time one of the six orders', () => {
    const shares: Record<string, number> = {};
    for (const pixels of drawsOf([10, 20, 30, 10, 20, 30], {})) {
      const order = pixels.join(' ');
      shares[order] = (shares[order] ?? 0) + 1 / draws;
    }
    const twice = (order: string): string => `${order} ${order}`;
    expectShares(shares, {
      [twice('10 20 30')]: 7 / 12,
      [twice('10 30 20')]: 1 / 12,
      [twice('20 10 30')]: 1 / 12,
      [twice('20 30 10')]: 1 / 12,
      [twice('30 10 20')]: 1 / 12,
      [twice('30 20 10')]: 1 / 12,
    });
  });
});
