import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { expectClose, expectGradientOf } from './gradient-check.suite.ts';
import { recordOperations } from './record-operations.suite.ts';

describe.runIf(hasNativeEngine)('1x1 convolutions on the native engine', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  const images = (): Tensor4D => tf.randomNormal([2, 6, 5, 4], 0, 1, 'float32', 1);
  const filters = (): Tensor4D => tf.randomNormal([1, 1, 4, 3], 0, 1, 'float32', 2);
  /** The same filter in the middle of a 3x3 one is an ordinary convolution. */
  const widen = (filter: Tensor): Tensor4D =>
    tf.pad(filter as Tensor4D, [
      [1, 1],
      [1, 1],
      [0, 0],
      [0, 0],
    ]);

  test('have the values and gradients of the same filter in a 3x3 one', () => {
    tf.tidy(() => {
      const dy = tf.randomNormal([2, 6, 5, 3], 0, 1, 'float32', 3);
      const pointwise = (x: Tensor, filter: Tensor): Tensor =>
        tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, 'same');
      const wide = (x: Tensor, filter: Tensor): Tensor =>
        tf.conv2d(x as Tensor4D, widen(filter), 1, 'same');
      const inputs = [images(), filters()];
      expectClose(pointwise(inputs[0]!, inputs[1]!), wide(inputs[0]!, inputs[1]!), 1e-5);
      const actual = tf.grads((x, filter) => pointwise(x!, filter!))(inputs, dy);
      const expected = tf.grads((x, filter) => wide(x!, filter!))(inputs, dy);
      for (const [position, gradient] of actual.entries()) {
        // sums of up to 60 products, in another order
        expectClose(gradient, expected[position]!, 2e-5);
      }
      expectGradientOf(tf, (x, filter) => pointwise(x!, filter!), { inputs, tolerance: 2e-2 });
    });
  });

  test.each([
    [2, 'same'],
    [3, 'valid'],
    [[2, 1], 'same'],
  ] as const)('with stride %j (%s) have the gradient of the pixels that they meet', (...shape) => {
    const [strides, padding] = shape;
    tf.tidy(() => {
      const f = (x: Tensor, filter: Tensor): Tensor =>
        tf.conv2d(x as Tensor4D, filter as Tensor4D, strides as never, padding);
      const inputs = [images(), filters()];
      const dy = tf.randomNormal(f(inputs[0]!, inputs[1]!).shape, 0, 1, 'float32', 3);
      const [down, right] = typeof strides === 'number' ? [strides, strides] : strides;
      const taken = (x: Tensor): Tensor =>
        tf.stridedSlice(x, [0, 0, 0, 0], [2, 6, 5, 4], [1, down, right, 1]);
      const expected = taken(inputs[0]!)
        .reshape([-1, 4])
        .transpose()
        .matMul(dy.reshape([-1, 3]));
      const actual = tf.grad((filter) => f(inputs[0]!, filter))(inputs[1]!, dy);
      expectClose(actual, expected.reshape([1, 1, 4, 3]), 1e-5);
      expectGradientOf(tf, (x, filter) => f(x!, filter!), { inputs, tolerance: 2e-2 });
    });
  });

  test('with bias and activation they are what they are one after the other', () => {
    tf.tidy(() => {
      const bias = tf.tensor1d([1, -2, 0.5]);
      const [x, filter] = [images(), filters()];
      for (const strides of [1, 2, [2, 1]] as const) {
        const options = { x, filter, strides: strides as never, pad: 'same', bias } as const;
        const y = tf.fused.conv2d({ ...options, activation: 'relu' });
        const expected = tf
          .conv2d(x, filter, strides as never, 'same')
          .add(bias)
          .relu();
        expectClose(y, expected, 1e-5);
      }
      const before = tf.memory().numTensors;
      tf.fused.conv2d({ x, filter, strides: 2, pad: 'same', activation: 'relu' }).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test('with strides they are never left to the kernels that harm the heap', () => {
    const names = recordOperations(engine.native!, () => {
      tf.tidy(() => {
        const f = (...[x, filter]: Tensor[]): Tensor =>
          tf.conv2d(x as Tensor4D, filter as Tensor4D, 2, 'same');
        tf.grads(f)([images(), filters()]);
      });
    });
    expect(names.filter((name) => name.startsWith('Conv'))).toEqual([]);
  });

  test('are padded where that is asked for', () => {
    const sides: [number, number][] = [
      [0, 0],
      [1, 2],
      [0, 3],
      [0, 0],
    ];
    tf.tidy(() => {
      const padded = (x: Tensor, filter: Tensor): Tensor =>
        tf.conv2d(x as Tensor4D, filter as Tensor4D, 1, sides as never);
      const apart = (x: Tensor, filter: Tensor): Tensor =>
        tf.conv2d(tf.pad(x as Tensor4D, sides), filter as Tensor4D, 1, 'valid');
      const inputs = [images(), filters()];
      const expected = apart(inputs[0]!, inputs[1]!);
      expect(expected.shape).toEqual([2, 9, 8, 3]);
      expectClose(padded(inputs[0]!, inputs[1]!), expected, 1e-5);
      // tfjs-node has no gradient for it, and says so
      const differentiate = (): unknown => tf.grads((x, filter) => padded(x!, filter!))(inputs);
      expect(differentiate).toThrow(/while padding was EXPLICIT/);
      const byNumber = (): unknown => tf.conv2d(images(), filters(), 1, 2);
      expect(byNumber).toThrow(/while padding was NUMBER/);
    });
  });

  test('are matrix products; of more pixels they are convolutions', () => {
    const namesOf = (run: () => Tensor): string[] =>
      recordOperations(engine.native!, () => tf.tidy(run).dispose()).filter((name) =>
        /Conv|MatMul/.test(name),
      );
    expect(namesOf(() => tf.conv2d(images(), filters(), 1, 'valid'))).toEqual(['MatMul']);
    expect(namesOf(() => tf.conv2d(images(), filters(), [2, 1], 'valid'))).toEqual(['MatMul']);
    expect(namesOf(() => tf.conv2d(images(), widen(filters()), 1, 'same'))).toEqual(['Conv2D']);
  });
});
