import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { expectClose } from '../kernels/gradient-check.suite.ts';
import { hasNativeEngine, loadNativeEngine } from '../loading/find-test-engine.suite.ts';
import { createOptimizer } from '../optimizers/optimizer.ts';
import { profileOperations } from '../profiling/profile-operations.ts';
import { trainableVariables } from '../weights/named-weights.ts';
import { bfloat16 } from './bfloat16.ts';
import { readBfloat16Features } from './available-precisions.ts';

const canRun = hasNativeEngine && readBfloat16Features().length > 0;

/** bfloat16 has 8 bits of mantissa; sums of some dozen products of numbers around 1. */
const tolerance = 0.1;

describe.runIf(canRun)('bf16-mixed on the native engine', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  beforeAll(async () => {
    engine = await loadNativeEngine({ precision: 'bf16-mixed' });
    tf = engine.tf;
  });

  const isBfloat16 = (tensor: Tensor): boolean =>
    engine.native!.tensorMap.get(tensor.dataId).dtype === bfloat16;
  const images = (): Tensor4D => tf.randomNormal([2, 6, 5, 4], 0, 1, 'float32', 1);

  /** The same values behind a convolution that changes nothing. */
  const toBfloat16 = (x: Tensor): Tensor4D => {
    const channels = x.shape.at(-1)!;
    const identity = tf.eye(channels).reshape([1, 1, channels, channels]) as Tensor4D;
    return tf.conv2d(x as Tensor4D, identity, 1, 'same');
  };

  test('a convolution computes in bfloat16, and reads as float32 of nearly the same value', () => {
    expect(engine.precision).toBe('bf16-mixed');
    tf.tidy(() => {
      const x = images();
      const filter = tf.randomNormal([1, 1, 4, 3], 0, 1, 'float32', 2) as Tensor4D;
      const y = tf.conv2d(x, filter, 1, 'valid');
      expect(isBfloat16(y)).toBe(true);
      expect(y.dtype).toBe('float32');
      expect(y.dataSync()).toBeInstanceOf(Float32Array);
      const exact = x
        .reshape([60, 4, 1])
        .mul(filter.reshape([4, 3]))
        .sum(1)
        .reshape([2, 6, 5, 3]);
      expectClose(y, exact, tolerance);
    });
  });

  test('what runs without autocast is float32, whatever it is given', () => {
    tf.tidy(() => {
      const low = toBfloat16(images());
      const factor = tf.randomNormal([4, 3], 0, 1, 'float32', 2);
      const multiply = (): Tensor => low.reshape([60, 4]).matMul(factor);
      expect(isBfloat16(multiply())).toBe(true);
      const product = engine.withoutAutocast(() => engine.withoutAutocast(multiply).add(0));
      expect(isBfloat16(product)).toBe(false);
      const values = tf.tensor(Float32Array.from(low.dataSync()), [60, 4, 1]);
      // only the inputs were rounded to bfloat16: sums of four products in float32
      expectClose(product, values.mul(factor).sum(1), 1e-5);
      const fail = (): never => {
        throw new Error('in between');
      };
      expect(() => engine.withoutAutocast(fail)).toThrow('in between');
      expect(isBfloat16(multiply())).toBe(true);
    });
  });

  test('activations stay bfloat16 through batch norm, ReLU, pooling and sums, and end in the loss', () => {
    tf.tidy(() => {
      const filter = tf.randomNormal([3, 3, 4, 4], 0, 1, 'float32', 2) as Tensor4D;
      const y = tf.conv2d(images(), filter, 1, 'same');
      const layer = tf.layers.batchNormalization({});
      const normalized = layer.apply(y, { training: true }) as Tensor4D;
      const active = normalized.relu();
      const pooled = tf.maxPool(active as Tensor4D, 2, 1, 'same');
      const sum = pooled.add(active);
      for (const each of [normalized, active, pooled, sum, sum.add(tf.ones([4]))]) {
        expect(isBfloat16(each)).toBe(true);
      }
      expect(isBfloat16(sum.add(images()))).toBe(false);
      expect(isBfloat16(sum.square().mean())).toBe(false);
      for (const weight of layer.weights) expect(isBfloat16(weight.read())).toBe(false);
      layer.dispose();
    });
  });

  test.each([
    [3, 1, 'same'],
    [3, 2, 'valid'],
    [4, 2, 'same'],
    [[2, 3], [2, 1], 'same'],
  ] as const)(
    'the gradient of a small %j filter by %j %s is the response to that weight alone',
    (...shape) => {
      const [size, strides, padding] = shape;
      const [height, width] = typeof size === 'number' ? [size, size] : size;
      tf.tidy(() => {
        // small whole numbers are exact in bfloat16, and so are sums of few of their products
        const whole = (shape: number[], seed: number): Tensor =>
          tf.randomUniform(shape, -2, 3, 'float32', seed).floor();
        const x = whole([2, 6, 5, 4], 1);
        const filter = whole([height, width, 4, 3], 2) as Tensor4D;
        const convolve = (weights: Tensor): Tensor =>
          tf.conv2d(toBfloat16(x), weights as Tensor4D, strides as never, padding);
        const dy = whole(convolve(filter).shape, 3);
        const actual = tf.grad(convolve)(filter, dy);
        // the gradient by one weight is what the convolution with only that weight gives, times dy
        const at = ((height - 1) * width * 4 + 3) * 3 + 1;
        const only = tf.oneHot(tf.scalar(at, 'int32'), filter.size);
        const response = convolve(only.cast('float32').reshape(filter.shape));
        const expected = response.mul(dy).sum().dataSync()[0]!;
        expect(actual.dataSync()[at]).toBeCloseTo(expected, 4);
        expect(isBfloat16(actual)).toBe(false);
      });
    },
  );

  test('a weight is cast once a step, and anew after an update', async () => {
    const x = images();
    const filter = tf.variable(tf.randomNormal([3, 3, 4, 4], 0, 1, 'float32', 2)) as Variable;
    const optimizer = createOptimizer(engine, [filter], { type: 'sgd' });
    const step = (): number =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => {
          const y = tf.conv2d(x, filter as never, 1, 'same');
          // the way back needs the filter too, for the gradient of the first convolution's output
          return tf
            .conv2d(y, filter as never, 1, 'same')
            .square()
            .mean()
            .asScalar();
        }, [filter]);
        optimizer.applyGradients(grads, 1e-3);
        return value.dataSync()[0]!;
      });
    // the first time, each kernel is compared with float32
    const losses: number[] = [step()];
    const casts: number[] = [];
    for (const _ of [0, 1, 2]) {
      const profile = await profileOperations(engine, () => void losses.push(step()));
      casts.push(profile.find(({ name }) => name === 'Cast')!.count);
    }
    expect(new Set(casts).size).toBe(1);
    // image and filter once each; what the loss reads, forward and back; its gradient for two
    // operations; both gradients of the filter back to float32
    expect(casts[0]).toBe(8);
    expect(losses[3]).toBeLessThan(losses[0]!);
    const native = engine.native!.getNumOfTFTensors();
    step();
    expect(engine.native!.getNumOfTFTensors()).toBe(native);
    optimizer.dispose();
    tf.dispose([x, filter]);
  });

  test('gradients of weights are float32 and near those in float32', () => {
    tf.tidy(() => {
      const x = images().reshape([60, 4]);
      const kernel = tf.randomNormal([4, 3], 0, 1, 'float32', 3);
      const filter = kernel.reshape([1, 1, 4, 3]) as Tensor4D;
      const viaConv = tf.grad((weights) =>
        tf.conv2d(x.reshape([2, 6, 5, 4]) as Tensor4D, weights as Tensor4D, 1, 'valid').mean(),
      )(filter);
      expect(isBfloat16(viaConv)).toBe(false);
      const exact = x
        .mean(0)
        .reshape([4, 1])
        .mul(tf.ones([1, 3]))
        .div(3);
      expectClose(viaConv.reshape([4, 3]), exact, 0.01);
    });
  });

  test('a model with dense and convolutional layers trains, its weights float32', () => {
    const { layers } = tf;
    const init = (seed: number): ReturnType<typeof tf.initializers.heNormal> =>
      tf.initializers.heNormal({ seed });
    const model = tf.sequential({
      layers: [
        layers.conv2d({
          filters: 8,
          kernelSize: 3,
          inputShape: [6, 5, 4],
          kernelInitializer: init(1),
        }),
        layers.batchNormalization({}),
        layers.activation({ activation: 'relu' }),
        layers.flatten(),
        layers.dense({ units: 2, kernelInitializer: init(2) }),
      ],
    });
    const variables = trainableVariables(model);
    const optimizer = createOptimizer(engine, variables, { type: 'adamw' });
    const x = images();
    const run = (): number => {
      const { value, grads } = tf.variableGrads(
        () => (model.apply(x, { training: true }) as Tensor).sub(1).square().mean().asScalar(),
        variables,
      );
      optimizer.applyGradients(grads, 1e-2);
      const loss = value.dataSync()[0]!;
      tf.dispose([value, grads] as never);
      return loss;
    };
    const first = run();
    const native = engine.native!.getNumOfTFTensors();
    let last = first;
    for (let index = 0; index < 30; index += 1) last = run();
    expect(last).toBeLessThan(first / 10);
    expect(engine.native!.getNumOfTFTensors()).toBe(native);
    for (const variable of variables) expect(isBfloat16(variable)).toBe(false);
    optimizer.dispose();
    model.dispose();
    x.dispose();
  });
});
