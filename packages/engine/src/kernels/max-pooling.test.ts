import type { Tensor4D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, loadNativeEngine } from '../loading/find-test-engine.suite.ts';
import { expectClose, expectGradientOf } from './gradient-check.suite.ts';
import { recordOperations } from './record-operations.suite.ts';

const pools = [
  [2, 2, 'valid'],
  [3, 2, 'same'],
  [3, 1, 'same'],
  [[2, 3], [2, 1], 'valid'],
] as const;

describe.runIf(hasNativeEngine)('max pooling on the native engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loadNativeEngine();
  });

  /** Values apart by more than a finite difference moves them. */
  const distinct = (): Tensor4D => {
    const order = Array.from({ length: 2 * 6 * 5 * 3 }, (_, index) => ((index * 77) % 180) / 9);
    return engine.tf.tensor4d(order, [2, 6, 5, 3]);
  };

  test.each(pools)('%j by %j %s has the highest value of each window', (size, strides, padding) => {
    const { tf } = engine;
    tf.tidy(() => {
      const x = distinct();
      const y = tf.maxPool(x, size as never, strides as never, padding);
      const expected = windowsOf(x, y.shape, { size, strides, padding });
      expectClose(y, tf.tensor4d(expected, y.shape), 0);
    });
  });

  test.each(pools)(
    '%j by %j %s has the gradient of finite differences',
    (size, strides, padding) => {
      const { tf } = engine;
      tf.tidy(() => {
        const pool = (x: unknown): Tensor4D =>
          tf.maxPool(x as Tensor4D, size as never, strides as never, padding);
        expectGradientOf(tf, pool, { inputs: [distinct()], tolerance: 1e-2 });
      });
    },
  );

  test('of equal values the first gets the whole gradient', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const dx = tf.grad((x) => tf.maxPool(x as Tensor4D, 2, 2, 'valid'))(tf.zeros([1, 2, 2, 1]));
      expect([...dx.dataSync()]).toEqual([1, 0, 0, 0]);
    });
  });

  test('whole numbers are pooled as before', () => {
    const { tf } = engine;
    tf.tidy(() => {
      const x = tf.tensor4d([1, 7, 3, 2], [1, 2, 2, 1], 'int32');
      expect([...tf.maxPool(x, 2, 2, 'valid').dataSync()]).toEqual([7]);
    });
  });

  test('the gradient does not search the windows again on one thread', () => {
    const { tf } = engine;
    const names = recordOperations(engine.native!, () => {
      tf.tidy(() => tf.grad((x) => tf.maxPool(x as Tensor4D, 2, 2, 'valid'))(distinct()));
    });
    const hasOneDnn = names.some((name) => name.startsWith('_Mkl'));
    expect(names.includes('MaxPoolGrad')).toBe(!hasOneDnn);
  });
});

/** Highest value of each window, by loops. */
function windowsOf(
  x: Tensor4D,
  [batch, outHeight, outWidth, channels]: readonly [number, number, number, number],
  options: {
    readonly size: number | readonly [number, number];
    readonly strides: number | readonly [number, number];
    readonly padding: 'valid' | 'same';
  },
): Float32Array {
  const { size, strides, padding } = options;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  const [down, right] = typeof strides === 'number' ? [strides, strides] : strides;
  const [, inHeight, inWidth] = x.shape;
  // pixels of the windows that lie outside of the image, half of them before it
  const before = (outside: number): number =>
    padding === 'valid' ? 0 : Math.floor(Math.max(outside, 0) / 2);
  const top = before((outHeight - 1) * down + height - inHeight);
  const left = before((outWidth - 1) * right + width - inWidth);
  const values = x.dataSync();
  const result = new Float32Array(batch * outHeight * outWidth * channels).fill(-Infinity);
  for (const [at] of result.entries()) {
    const channel = at % channels;
    const column = Math.floor(at / channels) % outWidth;
    const row = Math.floor(at / channels / outWidth) % outHeight;
    const image = Math.floor(at / channels / outWidth / outHeight);
    for (let dy = 0; dy < height; dy += 1) {
      for (let dx = 0; dx < width; dx += 1) {
        const y = row * down - top + dy;
        const z = column * right - left + dx;
        if (y < 0 || z < 0 || y >= inHeight || z >= inWidth) continue;
        const value = values[((image * inHeight + y) * inWidth + z) * channels + channel]!;
        result[at] = Math.max(result[at]!, value);
      }
    }
  }
  return result;
}
