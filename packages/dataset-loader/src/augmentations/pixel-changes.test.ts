import { readFileSync } from 'node:fs';
import { createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../samples/warp-affine.ts';
import { augmentationSchema } from './augmentation-schema.ts';
import { boxBlur } from './box-blur.ts';
import { medianBlur } from './median-blur.ts';
import { pixelChanges } from './pixel-changes.ts';
import { addHsv, jitterHsv } from './yolox-hsv.ts';

interface Golden {
  readonly height: number;
  readonly width: number;
  readonly image: string;
  readonly blur: readonly { readonly side: number; readonly image: string }[];
  readonly medianBlur: readonly { readonly side: number; readonly image: string }[];
  readonly hsv: readonly {
    readonly gains: readonly [number, number, number];
    readonly image: string;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL('pixel-changes.golden.json', import.meta.url), 'utf8'),
) as Golden;
const { height, width } = golden;
const decode = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
const imageOf = (): Pixels => ({ data: decode(golden.image), size: { height, width } });

describe('as OpenCV', () => {
  test.each(golden.blur)('boxBlur of squares of $side', ({ side, image }) => {
    const pixels = imageOf();
    boxBlur(pixels, side);
    expect(pixels.data).toEqual(decode(image));
  });

  test.each(golden.medianBlur)('medianBlur of squares of $side', ({ side, image }) => {
    const pixels = imageOf();
    medianBlur(pixels, side);
    expect(pixels.data).toEqual(decode(image));
  });

  test.each(golden.hsv)('addHsv of $gains', ({ gains: [hue, saturation, value], image }) => {
    const { data } = imageOf();
    addHsv(data, { hue, saturation, value });
    const expected = decode(image);
    const differences = data.map((level, at) => Math.abs(level - expected[at]!));
    // OpenCV goes back from HSV in single precision: where it meets a half, the other level
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    expect(differences.filter((difference) => difference > 0).length).toBeLessThan(5);
  });
});

test('a square larger than the image, and an image of one pixel', () => {
  const one: Pixels = { data: Uint8Array.of(9, 8, 7), size: { height: 1, width: 1 } };
  for (const blur of [boxBlur, medianBlur]) {
    blur(one, 7);
    expect([...one.data]).toEqual([9, 8, 7]);
  }
  const row: Pixels = {
    data: Uint8Array.of(0, 0, 0, 90, 90, 90),
    size: { height: 1, width: 2 },
  };
  boxBlur(row, 5);
  // mirrored: 0 90 0 90 0 and 90 0 90 0 90
  expect([...row.data]).toEqual([36, 36, 36, 54, 54, 54]);
});

const draws = 4000;

describe('draws as MMPose and Albumentations do', () => {
  const { hsv, blur } = augmentationSchema.parse({ hsv: {}, blur: {} });

  test('hsv: each of the three half of the time, whole numbers below the delta', () => {
    expect(hsv).toEqual({ hueDelta: 5, saturationDelta: 30, valueDelta: 30 });
    const values = Array.from({ length: draws }, (_, seed) => {
      const grey = Uint8Array.of(100, 100, 100);
      jitterHsv(grey, { hueDelta: 0, saturationDelta: 0, valueDelta: 30 }, createRandom(seed));
      return grey[0]! - 100;
    });
    const changed = values.filter((value) => value !== 0);
    // of the halves drawn, 2 of 60 are cut to 0; three standard deviations of a share are 0.024
    expect(Math.abs(changed.length / draws - 0.5 * (58 / 60))).toBeLessThan(0.024);
    expect([Math.min(...changed), Math.max(...changed)]).toEqual([-29, 29]);
    const mean = changed.reduce((sum, value) => sum + value, 0) / changed.length;
    expect(Math.abs(mean)).toBeLessThan(1.2);
  });

  test('blur: a tenth of the time, with a square of 3, 5 or 7', () => {
    expect(blur).toEqual({ probability: 0.1, kernelSize: [3, 7] });
    const shares: Record<number, number> = {};
    for (let seed = 0; seed < draws; seed++) {
      const data = new Uint8Array(15 * 15 * 3);
      data.fill(255, (7 * 15 + 7) * 3, (7 * 15 + 8) * 3);
      const pixels = { data, size: { height: 15, width: 15 } };
      pixelChanges.blur.change(
        pixels,
        augmentationSchema.parse({ blur: {} }),
        createRandom(seed, 'blur'),
      );
      const lit = Math.sqrt(data.filter((level) => level > 0).length / 3);
      shares[lit] = (shares[lit] ?? 0) + 1 / draws;
    }
    expect(Object.keys(shares)).toEqual(['1', '3', '5', '7']);
    expect(Math.abs(shares[1]! - 0.9)).toBeLessThan(0.015);
    for (const side of [3, 5, 7]) expect(Math.abs(shares[side]! - 1 / 30)).toBeLessThan(0.01);
  });
});
