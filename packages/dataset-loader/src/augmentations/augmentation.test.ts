import { createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { augmentationSchema, defaultAugmentation } from './augmentation-schema.ts';
import type { PixelChangeName } from './pixel-changes.ts';
import { pixelChanges } from './pixel-changes.ts';

describe('augmentationSchema', () => {
  test('fills in the defaults of MMPose', () => {
    expect(defaultAugmentation).toEqual({
      flipProbability: 0.5,
      halfBody: {
        probability: 0.3,
        minTotalKeypoints: 9,
        minUpperKeypoints: 2,
        minLowerKeypoints: 3,
        padding: 1.5,
        upperPrioritizedProbability: 0.7,
      },
      shift: { probability: 0.3, factor: 0.16 },
      scale: [0.5, 1.5],
      scaleProbability: 1,
      rotation: { probability: 0.6, degrees: 80 },
      photometric: null,
      hsv: null,
      blur: null,
      medianBlur: null,
      coarseDropout: null,
      order: [
        'halfBody',
        'shift',
        'scale',
        'rotation',
        'flip',
        'photometric',
        'hsv',
        'blur',
        'medianBlur',
        'coarseDropout',
      ],
    });
  });

  test('fills in parts of parts', () => {
    const { rotation, photometric } = augmentationSchema.parse({
      rotation: { degrees: 40 },
      photometric: {},
    });
    expect(rotation).toEqual({ probability: 0.6, degrees: 40 });
    expect(photometric).toEqual({
      brightnessDelta: 32,
      contrast: [0.5, 1.5],
      saturation: [0.5, 1.5],
      hueDelta: 18,
    });
  });

  test('refuses unknown keys and ranges the wrong way round', () => {
    expect(augmentationSchema.safeParse({ rotate: {} }).success).toBe(false);
    expect(augmentationSchema.safeParse({ scale: [1.5, 0.5] }).success).toBe(false);
    expect(augmentationSchema.safeParse({ flipProbability: 2 }).success).toBe(false);
  });
});

const oftenBlurred = { probability: 0.7, kernelSize: [3, 3] };

describe('order', () => {
  const messageOf = (augmentation: unknown): string | undefined =>
    augmentationSchema.safeParse(augmentation).error?.issues[0]!.message;
  const views = ['halfBody', 'shift', 'scale', 'rotation', 'flip'];

  test('may be any of the view, then any of the pixels and own functions', () => {
    const order = ['flip', 'rotation', 'scale', 'shift', 'halfBody', './a.js', 'hsv', '../b.mjs'];
    expect(augmentationSchema.parse({ order }).order).toEqual(order);
  });

  test.each([
    [
      ['blurr', ...views],
      'no such change: "blurr". Did you mean "blur"? A function of your own is a path: ./blurr.js.',
    ],
    [[...views, 'hsv', 'hsv'], '"hsv" is there twice'],
    [
      ['halfBody', 'shift', 'scale', 'rotation', 'hsv', 'flip'],
      '"flip" changes the view, and must come before "hsv", which changes pixels',
    ],
    [
      ['halfBody', 'shift', 'scale', 'flip'],
      'leaves out "rotation", which is on. Add it, or switch it off',
    ],
  ])('%j is refused', (order, message) => {
    expect(messageOf({ order })).toBe(message);
  });

  test('leaves out what is off', () => {
    expect(messageOf({ order: views.slice(1), halfBody: null })).toBeUndefined();
    expect(messageOf({ order: views, hsv: {} })).toBe(
      'leaves out "hsv", which is on. Add it, or switch it off',
    );
  });
});

test.each([
  ['photometric', { photometric: { brightnessDelta: 255 } }],
  ['hsv', { hsv: { valueDelta: 255 } }],
  ['blur', { blur: oftenBlurred }],
  ['medianBlur', { medianBlur: oftenBlurred }],
  ['coarseDropout', { coarseDropout: {} }],
] as const)(
  '%s changes pixels where it is asked for, and nothing where it is null',
  (name, asked) => {
    const changed = (augmentation: unknown): number => {
      let draws = 0;
      for (let seed = 0; seed < 20; seed++) {
        const data = Uint8Array.from({ length: 10 * 10 * 3 }, (_, at) => (at % 7 === 0 ? 90 : 100));
        const before = data.slice();
        const pixels = { data, size: { height: 10, width: 10 } };
        const parsed = augmentationSchema.parse(augmentation);
        pixelChanges[name satisfies PixelChangeName].change(pixels, parsed, createRandom(seed));
        if (data.some((level, at) => level !== before[at])) draws++;
      }
      return draws;
    };
    expect(changed(asked)).toBeGreaterThan(7);
    expect(changed({})).toBe(0);
  },
);
