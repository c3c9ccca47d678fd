import type { Tensor4D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, loadNativeEngine } from '../loading/find-test-engine.suite.ts';
import { recordOperations } from './record-operations.suite.ts';

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
