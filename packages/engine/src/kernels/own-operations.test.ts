import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { createOperations } from './operations.ts';
import type { Attributes } from './operations.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe.runIf(hasNativeEngine)("the addon's own operations", () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  const names = ['LimberSwish', 'LimberSwishGrad', 'LimberTakePixels', 'LimberPutPixels'];
  const run = (name: string, attributes: Attributes, inputs: readonly TensorInfo[]): Tensor => {
    const policies = new Map(names.map((each) => [each, { rule: 'follow' }] as const));
    const operations = createOperations(engine.native!, policies);
    return operations.run(name, { T: operations.float32, ...attributes }, inputs);
  };
  const ints = (value: readonly number[]): Attributes[string] => ({
    type: engine.native!.binding.TF_ATTR_INT,
    value,
  });

  test('TensorFlow knows them', () => {
    expect(engine.native!.binding.ownOperations).toBe('');
  });

  // several pieces of work for several threads, the last one smaller
  test('SiLU and its gradient are those of float64, for many numbers too', () => {
    tf.tidy(() => {
      const x = tf.randomUniform([5, 12_347], -30, 30, 'float32', 1);
      const dy = tf.randomNormal(x.shape, 0, 1, 'float32', 2);
      const [xs, dys] = [x.dataSync(), dy.dataSync()];
      const y = run('LimberSwish', {}, [x]);
      expect(y.shape).toEqual(x.shape);
      let [worst, worstGradient] = [0, 0];
      const gradients = run('LimberSwishGrad', {}, [dy, x]).dataSync();
      for (const [at, value] of y.dataSync().entries()) {
        const [input, s] = [xs[at]!, sigmoid(xs[at]!)];
        worst = Math.max(worst, Math.abs(value / (input * s) - 1));
        const gradient = dys[at]! * s * (1 + input * (1 - s));
        worstGradient = Math.max(worstGradient, Math.abs(gradients[at]! - gradient));
      }
      // a few roundings of numbers of its own size; of gradients, of numbers up to 5
      expect(worst).toBeLessThan(3e-7);
      expect(worstGradient).toBeLessThan(3e-6);
    });
  });

  test('SiLU of what is not finite is not finite, and far out it is x or nothing', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([Number.NaN, Infinity, -Infinity, 1000, -1000, 0]);
      const y = [...run('LimberSwish', {}, [x]).dataSync()];
      expect(y.slice(0, 3).map(Number.isFinite)).toEqual([false, false, false]);
      expect(y[3]).toBe(1000);
      expect(Math.abs(y[4]!)).toBeLessThan(1e-30);
      expect(y[5]).toBe(0);
      const slopes = [...run('LimberSwishGrad', {}, [tf.ones([6]), x]).dataSync()];
      expect(slopes[0]).toBeNaN();
      expect(slopes.slice(3)).toEqual([1, expect.closeTo(0, 30), 0.5]);
    });
  });

  test.each([
    [
      [2, 64, 48, 80],
      [2, 2],
    ],
    [
      [3, 65, 47, 33],
      [2, 3],
    ],
    [
      [1, 5, 7, 1],
      [3, 1],
    ],
    [
      [1, 2, 2, 4],
      [5, 5],
    ],
  ] as const)('of %j every %j pixels are taken, and put back among zeros', (shape, strides) => {
    tf.tidy(() => {
      const images = tf.randomNormal([...shape], 0, 1, 'float32', 1);
      const pixels = run('LimberTakePixels', { strides: ints(strides) }, [images]);
      const expected = tf.stridedSlice(images, [0, 0, 0, 0], [...shape], [1, ...strides, 1]);
      expect(pixels.shape).toEqual(expected.shape);
      expect(pixels.dataSync()).toEqual(expected.dataSync());
      const size = ints(shape.slice(1, 3));
      const back = run('LimberPutPixels', { strides: ints(strides), size }, [pixels]);
      expect(back.shape).toEqual([...shape]);
      const values = images.dataSync();
      const [, height, width, channels] = shape;
      const kept = values.map((value, at) => {
        const pixel = Math.floor(at / channels);
        const [row, column] = [Math.floor(pixel / width) % height, pixel % width];
        return row % strides[0] === 0 && column % strides[1] === 0 ? value : 0;
      });
      expect(back.dataSync()).toEqual(kept);
    });
  });

  test('an input of another shape is an error, not a read beyond it', () => {
    tf.tidy(() => {
      const pixels = tf.zeros([1, 2, 2, 3]);
      const attributes = { strides: ints([2, 2]), size: ints([6, 4]) };
      expect(() => run('LimberPutPixels', attributes, [pixels])).toThrow(
        'the pixels are not those of images of this size',
      );
      expect(() => run('LimberTakePixels', { strides: ints([2, 2]) }, [tf.zeros([4, 4])])).toThrow(
        'images need 4 axes',
      );
      expect(() => run('LimberSwishGrad', {}, [tf.zeros([3]), tf.zeros([4])])).toThrow(
        'dy and x differ in size',
      );
    });
  });
});
