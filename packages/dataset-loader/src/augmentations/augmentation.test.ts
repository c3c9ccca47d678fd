import { createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import { augmentationSchema, defaultAugmentation, pixelChanges } from './augmentation.ts';

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
      coarseDropout: null,
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

test.each([
  ['photometric', { photometric: { brightnessDelta: 255 } }],
  ['coarse-dropout', { coarseDropout: {} }],
] as const)(
  '%s changes pixels where it is asked for, and nothing where it is null',
  (name, asked) => {
    const changed = (augmentation: unknown): number => {
      let draws = 0;
      for (let seed = 0; seed < 20; seed++) {
        const data = new Uint8Array(10 * 10 * 3).fill(100);
        const pixels = { data, size: { height: 10, width: 10 } };
        pixelChanges[name]!(pixels, augmentationSchema.parse(augmentation), createRandom(seed));
        if (data.some((level) => level !== 100)) draws++;
      }
      return draws;
    };
    expect(changed(asked)).toBeGreaterThan(10);
    expect(changed({})).toBe(0);
  },
);
