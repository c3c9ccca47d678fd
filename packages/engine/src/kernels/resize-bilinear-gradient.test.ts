import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { expectGradientOf } from './gradient-check.suite.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  test.each([
    { alignCorners: false, halfPixelCenters: true },
    { alignCorners: false, halfPixelCenters: false },
    { alignCorners: true, halfPixelCenters: false },
  ])('bilinear resizing is differentiated where it was sampled: %o', (options) => {
    const { alignCorners, halfPixelCenters } = options;
    const resize = (images?: Tensor): Tensor =>
      tf.image.resizeBilinear(images as Tensor4D, [6, 8], alignCorners, halfPixelCenters);
    const before = engine.tf.memory().numTensors;
    tf.tidy(() => {
      const images = tf.randomNormal([2, 3, 4, 2], 0, 1, 'float32', 1);
      expectGradientOf(tf, resize, { inputs: [images], tolerance: 1e-3 });
    });
    expect(engine.tf.memory().numTensors).toBe(before);
  });
});
