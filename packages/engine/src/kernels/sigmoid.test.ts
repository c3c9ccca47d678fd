import type { Tensor } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { expectClose, expectGradientOf } from './gradient-check.suite.ts';
import { recordOperations } from './record-operations.suite.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  const values = (): Tensor => tf.randomNormal([4, 5], 0, 2, 'float32', 1);

  test('sigmoid is differentiated by SigmoidGrad', () => {
    const sigmoid = (x: Tensor): Tensor => tf.sigmoid(x);
    const names = recordOperations(engine.native!, () => {
      tf.tidy(() => {
        const x = values();
        expectGradientOf(tf, sigmoid, { inputs: [x], tolerance: 1e-2 });
      });
    });
    expect(names).toContain('SigmoidGrad');
  });

  test('a cast to the same type shares the memory, one to another type does not', () => {
    const names = recordOperations(engine.native!, () => {
      tf.tidy(() => {
        const x = values();
        expectClose(x.cast('float32'), x, 0);
        expect([...tf.tensor1d([1.5, -2.5]).cast('int32').dataSync()]).toEqual([1, -2]);
      });
    });
    expect(names.filter((name) => name === 'Cast')).toHaveLength(1);
  });
});
