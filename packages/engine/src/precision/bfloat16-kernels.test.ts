import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, loadNativeEngine } from '../loading/find-test-engine.suite.ts';
import { bfloat16 } from './bfloat16.ts';
import { readBfloat16Features } from './available-precisions.ts';

const canRun = hasNativeEngine && readBfloat16Features().length > 0;

/**
 * bfloat16 keeps 8 bits: a result is rounded once, what leads to it is summed in float32. The gradient
 * of the sigmoid, y (1 - y), is made of a rounded y, and is off by twice that.
 */
const relativeTolerance = 2 ** -7;
const looseTolerance: Readonly<Record<string, number>> = { sigmoid: 2 ** -6 };

describe.runIf(canRun)('in bf16-mixed', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  beforeAll(async () => {
    engine = await loadNativeEngine({ precision: 'bf16-mixed' });
    tf = engine.tf;
  });

  type Operation = (...inputs: Tensor[]) => Tensor;
  const images = [2, 8, 6, 4];
  const as4d = (tensor: Tensor | undefined): Tensor4D => tensor as Tensor4D;
  const normalize = (isRectified: boolean) => (x: Tensor) => {
    const layer = tf.layers.batchNormalization({});
    const y = layer.apply(x, { training: true }) as Tensor;
    return isRectified ? y.relu() : y;
  };

  /** Name → shapes of the inputs, the operation, and whether its result stays bfloat16. */
  const operations: Record<string, readonly [number[][], Operation, boolean]> = {
    'convolution 3x3': [
      [images, [3, 3, 4, 5]],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 1, 'same'),
      true,
    ],
    'convolution 3x3 by 2': [
      [images, [3, 3, 4, 5]],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 2, 'same'),
      true,
    ],
    'convolution 7x7 by 2': [
      [images, [7, 7, 4, 5]],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 2, 'same'),
      true,
    ],
    'convolution 1x1': [
      [images, [1, 1, 4, 5]],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 1, 'same'),
      true,
    ],
    'convolution 1x1 by 2': [
      [images, [1, 1, 4, 5]],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 2, 'valid'),
      true,
    ],
    'convolution of an image': [
      [
        [2, 8, 6, 3],
        [3, 3, 3, 5],
      ],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 2, 'same'),
      true,
    ],
    'convolution 1x1 by 2 to many pixels': [
      [
        [2, 40, 40, 4],
        [1, 1, 4, 6],
      ],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 2, 'same'),
      true,
    ],
    'convolution 1x1 by 3': [
      [
        [2, 48, 50, 8],
        [1, 1, 8, 8],
      ],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 3, 'valid'),
      true,
    ],
    'convolution of 48 channels by 2': [
      [
        [2, 8, 6, 48],
        [3, 3, 48, 8],
      ],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 2, 'same'),
      true,
    ],
    'convolution to one channel': [
      [images, [3, 3, 4, 1]],
      (x, w) => tf.conv2d(as4d(x), as4d(w), 1, 'same'),
      true,
    ],
    'transposed convolution': [
      [images, [4, 4, 5, 4]],
      (x, w) => tf.conv2dTranspose(as4d(x), as4d(w), [2, 16, 12, 5], 2, 'same'),
      true,
    ],
    'depthwise convolution': [
      [images, [3, 3, 4, 1]],
      (x, w) => tf.depthwiseConv2d(as4d(x), as4d(w), 1, 'same'),
      true,
    ],
    'depthwise convolution by 2': [
      [images, [3, 3, 4, 1]],
      (x, w) => tf.depthwiseConv2d(as4d(x), as4d(w), 2, 'same'),
      true,
    ],
    'depthwise convolution of several filters': [
      [images, [3, 3, 4, 2]],
      (x, w) => tf.depthwiseConv2d(as4d(x), as4d(w), 1, 'same'),
      true,
    ],
    'matrix product': [
      [
        [7, 4],
        [4, 5],
      ],
      (a, b) => tf.matMul(a!, b!),
      true,
    ],
    'batch normalisation': [[images], (x) => normalize(false)(x!), true],
    'batch normalisation and ReLU': [[images], (x) => normalize(true)(x!), true],
    'max pooling': [[images], (x) => tf.maxPool(as4d(x), 3, 2, 'same'), true],
    ReLU: [[images], (x) => tf.relu(x!), true],
    ReLU6: [[images], (x) => tf.relu6(x!.add(x!).add(x!).add(x!)), true],
    sigmoid: [[images], (x) => tf.sigmoid(x!), true],
    tanh: [[images], (x) => tf.tanh(x!), true],
    SiLU: [
      [images],
      (x) => tf.layers.activation({ activation: 'swish' }).apply(x!) as Tensor,
      true,
    ],
    sum: [[images, images], (a, b) => tf.add(a!, b!), true],
    bias: [[images, [4]], (x, b) => tf.add(x!, b!), true],
    product: [[images, images], (a, b) => tf.mul(a!, b!), true],
    concatenation: [[images, images], (a, b) => tf.concat([a!, b!], 3), true],
    slice: [[images], (x) => tf.slice(x!, [0, 1, 1, 0], [2, 4, 4, 3]), true],
    padding: [
      [images],
      (x) =>
        tf.pad(x!, [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ]),
      true,
    ],
    'nearest upsampling': [
      [images],
      (x) => tf.image.resizeNearestNeighbor(as4d(x), [16, 12]),
      true,
    ],
    'bilinear upsampling': [[images], (x) => tf.image.resizeBilinear(as4d(x), [16, 12]), false],
    mean: [[images], (x) => tf.mean(x!, [1, 2]), false],
    softmax: [[[6, 9]], (x) => tf.softmax(x!), false],
  };

  const isBfloat16 = (tensor: Tensor): boolean =>
    engine.native!.tensorMap.get(tensor.dataId).dtype === bfloat16;

  /** Numbers that bfloat16 holds exactly, and the same inside TensorFlow as activations are. */
  const exact = (shape: number[], seed: number): Tensor =>
    tf.randomUniform(shape, -128, 128, 'float32', seed).floor().div(64);
  const lower = (tensor: Tensor): Tensor => {
    const row = tensor.reshape([tensor.size, 1]);
    return row.matMul(tf.ones([1, 1])).reshape(tensor.shape);
  };

  function expectNear(
    actual: Tensor,
    expected: Tensor,
    { what, tolerance }: { readonly what: string; readonly tolerance: number },
  ): void {
    expect(actual.shape, what).toEqual(expected.shape);
    const values = [...expected.dataSync()];
    const scale = Math.max(...values.map(Math.abs));
    const differences = [...actual.dataSync()].map((value, index) =>
      Math.abs(value - values[index]!),
    );
    expect(scale, what).toBeGreaterThan(0);
    expect(Math.max(...differences) / scale, what).toBeLessThanOrEqual(tolerance);
  }

  test.each(Object.keys(operations))('%s has the values and gradients of float32', (name) => {
    const [shapes, f, staysLow] = operations[name]!;
    tf.tidy(() => {
      const values = shapes.map((shape, index) => exact(shape, index + 1));
      const run = (inputs: Tensor[]): Tensor[] => {
        const y = f(...inputs);
        const dy = exact(y.shape, 9);
        return [y, ...tf.grads((...given: Tensor[]) => f(...given))(inputs, dy)];
      };
      const inputs = values.map(lower);
      for (const input of inputs) expect(isBfloat16(input)).toBe(true);
      const actual = run(inputs);
      const expected = engine.withoutAutocast(() => run(values));
      expect(isBfloat16(actual[0]!)).toBe(staysLow);
      for (const [index, tensor] of expected.entries()) {
        expect(isBfloat16(tensor)).toBe(false);
        const what = index === 0 ? 'value' : `gradient ${index}`;
        const tolerance = looseTolerance[name] ?? relativeTolerance;
        expectNear(actual[index]!, tensor, { what, tolerance });
      }
    });
  });

  /** Whole numbers from 0, the same for the same seed. */
  function drawFrom(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return Math.floor(((state >> 8) / 2 ** 23) * below);
    };
  }

  test('convolutions of any shape have the values and gradients of float32', () => {
    const draw = drawFrom(1);
    const channels = [1, 2, 3, 5, 8, 16, 17, 24, 32, 48, 64];
    for (let round = 0; round < 120; round += 1) {
      const [height, width] = [4 + draw(17), 4 + draw(17)];
      const [down, right] = [1 + draw(4), 1 + draw(4)];
      const [from, to] = [channels[draw(11)]!, channels[draw(11)]!];
      const strides = [1 + draw(3), 1 + draw(3)] as [number, number];
      const padding = draw(2) === 0 ? 'same' : 'valid';
      const what = JSON.stringify({ height, width, down, right, from, to, strides, padding });
      tf.tidy(() => {
        const values = [exact([2, height, width, from], 1), exact([down, right, from, to], 2)];
        const f = (...[x, w]: Tensor[]): Tensor => tf.conv2d(as4d(x), as4d(w), strides, padding);
        const dy = exact(f(...values).shape, 3);
        const run = (inputs: Tensor[]): Tensor[] => [f(...inputs), ...tf.grads(f)(inputs, dy)];
        const actual = run(values.map(lower));
        for (const [index, tensor] of engine.withoutAutocast(() => run(values)).entries()) {
          expectNear(actual[index]!, tensor, { what, tolerance: relativeTolerance });
        }
      });
    }
  });

  test('what computes in float32 all the same is listed', () => {
    expect(engine.inFloat32).toContain('Conv2D [2, 8, 6, 3] [3, 3, 3, 5]');
    expect(engine.inFloat32).not.toContain('Conv2D [2, 8, 6, 4] [3, 3, 4, 5]');
  });
});
