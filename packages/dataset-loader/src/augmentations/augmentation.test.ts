import { describe, expect, test } from 'vitest';
import { augmentationSchema, defaultAugmentation } from './augmentation.ts';

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
