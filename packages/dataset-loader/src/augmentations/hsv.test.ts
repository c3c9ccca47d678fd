import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { saturate, turnHue } from './hsv.ts';

interface Golden {
  cases: {
    rgb: number[];
    factor: number;
    saturated: number[];
    sectors: number;
    turned: number[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('hsv.golden.json', import.meta.url), 'utf8'),
) as Golden;

describe('colors change as in HSV', () => {
  test('saturation as colorsys computes it', () => {
    for (const { rgb, factor, saturated } of golden.cases) {
      const pixels = Uint8Array.from(rgb);
      saturate(pixels, factor);
      expectLevels(pixels, saturated);
    }
  });

  test('hue as colorsys computes it', () => {
    for (const { rgb, sectors, turned } of golden.cases) {
      const pixels = Uint8Array.from(rgb);
      turnHue(pixels, sectors);
      expectLevels(pixels, turned);
    }
  });
});

function expectLevels(pixels: Uint8Array, expected: readonly number[]): void {
  for (const [at, level] of pixels.entries()) {
    // half a level, since ours are rounded
    expect(Math.abs(level - expected[at]!)).toBeLessThanOrEqual(0.5001);
  }
}
