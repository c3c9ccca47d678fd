import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { expectClose, expectGradientOf } from './gradient-check.suite.ts';
import { recordOperations } from './record-operations.suite.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  const images = (seed: number, channels = 3): Tensor4D =>
    tf.randomNormal([2, 5, 4, channels], 0.5, 2, 'float32', seed);

  const operationsOf = (run: () => void): string[] => recordOperations(engine.native!, run);

  describe('ReLU', () => {
    test('its gradient is that of the composed one, bit for bit', () => {
      tf.tidy(() => {
        const x = images(1);
        const dy = images(2);
        const composed = dy.mul(x.greater(0).cast('float32'));
        expectClose(tf.grad((value) => tf.relu(value))(x, dy), composed, 0);
        const below6 = x.less(6).logicalAnd(x.greater(0)).cast('float32');
        expectClose(tf.grad((value) => tf.relu6(value))(x, dy), dy.mul(below6), 0);
      });
    });

    test('the layers activation relu6 is one operation, forward and back', () => {
      const layer = tf.layers.activation({ activation: 'relu6' });
      const names = operationsOf(() => {
        tf.tidy(() => tf.grad((x) => layer.apply(x) as Tensor)(images(1)));
      });
      expect(names.filter((name) => name.startsWith('Relu'))).toEqual(['Relu6', 'Relu6Grad']);
    });
  });

  describe('bias', () => {
    test('a value per channel is added by BiasAdd, and its gradient is the sum over the rest', () => {
      tf.tidy(() => {
        const x = images(1);
        const dy = images(2);
        for (const shape of [[3], [1, 1, 1, 3]]) {
          const bias = tf.randomNormal(shape, 0, 1, 'float32', 3);
          expectClose(x.add(bias), x.sub(bias.neg()), 0);
          expectClose(bias.add(x), x.sub(bias.neg()), 0);
          const [dx, dBias] = tf.grads((a, b) => a!.add(b!))([x, bias], dy);
          expectClose(dx!, dy, 0);
          expectClose(dBias!, dy.sum([0, 1, 2]).reshape(shape), 1e-5);
        }
      });
      const names = operationsOf(() => tf.tidy(() => images(1).add(tf.ones([3]))).dispose());
      expect(names).toContain('BiasAdd');
    });

    test('sums that are broadcast in another way keep their meaning and gradient', () => {
      tf.tidy(() => {
        const x = images(1);
        for (const shape of [[], [1], [4, 1], [5, 1, 3], [2, 1, 1, 1], [2, 5, 4, 3]]) {
          const other = tf.randomNormal(shape, 0, 1, 'float32', 3);
          expectGradientOf(tf, (a, b) => a!.add(b!), { inputs: [x, other], tolerance: 2e-2 });
        }
        const row = tf.tensor2d([[1, 2, 3]]);
        expectGradientOf(tf, (a, b) => a!.add(b!), {
          inputs: [row, tf.tensor1d([4, 5, 6])],
          tolerance: 1e-2,
        });
      });
    });
  });

  describe('batch normalisation', () => {
    const build = (): { layer: ReturnType<Engine['tf']['layers']['batchNormalization']> } => ({
      layer: tf.layers.batchNormalization({
        momentum: 0.9,
        epsilon: 1e-3,
        gammaInitializer: tf.initializers.randomNormal({ mean: 1, stddev: 0.5, seed: 5 }),
        betaInitializer: tf.initializers.randomNormal({ seed: 6 }),
      }),
    });

    function composed(x: Tensor, gamma: Tensor, beta: Tensor): Tensor {
      const { mean, variance } = tf.moments(
        x,
        x.shape.slice(0, -1).map((_, axis) => axis),
      );
      return x.sub(mean).div(variance.add(1e-3).sqrt()).mul(gamma).add(beta);
    }

    test.each([
      ['images', [2, 5, 4, 3]],
      ['rows', [8, 3]],
      ['sequences', [4, 5, 3]],
    ])('training on %s gives the composed values and gradients', (_, shape) => {
      const { layer } = build();
      tf.tidy(() => {
        const x = tf.randomNormal(shape, 1, 2, 'float32', 7);
        const dy = tf.randomNormal(shape, 0, 1, 'float32', 8);
        layer.apply(x);
        const [gamma, beta] = layer.trainableWeights.map((weight) => weight.read());
        const train = (value: Tensor): Tensor => layer.apply(value, { training: true }) as Tensor;
        // FusedBatchNormV3 sums in another order.
        expectClose(train(x), composed(x, gamma!, beta!), 1e-5);
        const fused = tf.grads((value) => train(value!))([x], dy);
        const expected = tf.grads((value) => composed(value!, gamma!, beta!))([x], dy);
        expectClose(fused[0]!, expected[0]!, 1e-5);
        expectGradientOf(tf, train, { inputs: [x], tolerance: 2e-2 });
        const variables = layer.trainableWeights.map(
          (weight) => (weight as unknown as { val: ReturnType<typeof tf.variable> }).val,
        );
        const { grads } = tf.variableGrads(() => train(x).mul(dy).sum().asScalar(), variables);
        const [dGamma, dBeta] = tf.grads((g, b) => composed(x, g!, b!))([gamma!, beta!], dy);
        expectClose(grads[variables[0]!.name]!, dGamma!, 1e-4);
        expectClose(grads[variables[1]!.name]!, dBeta!, 1e-4);
      });
      layer.dispose();
    });

    test('moving mean and variance are those of tf.layers: the biased variance', () => {
      const { layer } = build();
      tf.tidy(() => {
        const x = images(7);
        layer.apply(x, { training: true });
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        const [movingMean, movingVariance] = layer.nonTrainableWeights.map((each) => each.read());
        expectClose(movingMean!, mean.mul(0.1), 1e-6);
        expectClose(movingVariance!, variance.mul(0.1).add(0.9), 1e-6);
      });
      layer.dispose();
    });

    test('training and its gradient are one operation each', () => {
      const { layer } = build();
      const x = images(7);
      layer.apply(x);
      const names = operationsOf(() => {
        tf.tidy(() => tf.grad((value) => layer.apply(value, { training: true }) as Tensor)(x));
      });
      expect(names.filter((name) => name.includes('BatchNorm'))).toEqual([
        'FusedBatchNormV3',
        'FusedBatchNormGradV3',
      ]);
      x.dispose();
      layer.dispose();
    });

    test('inference has the composed value, and the gradients of all its inputs', () => {
      tf.tidy(() => {
        const x = images(1);
        const mean = tf.tensor1d([0.1, 0.2, 0.3]);
        const variance = tf.tensor1d([1, 2, 3]);
        const offset = tf.tensor1d([1, -1, 0.5]);
        const scale = tf.tensor1d([2, 0.5, -1]);
        const infer = (...inputs: Tensor[]): Tensor => {
          const [a, m, v, o, s] = inputs as [Tensor4D, ...Tensor[]];
          return tf.batchNorm(a, m as never, v as never, o as never, s as never, 1e-3);
        };
        const expected = x.sub(mean).div(variance.add(1e-3).sqrt()).mul(scale).add(offset);
        expectClose(infer(x, mean, variance, offset, scale), expected, 1e-5);
        expectGradientOf(tf, infer, {
          inputs: [x, mean, variance, offset, scale],
          tolerance: 5e-2,
        });
      });
    });
  });

  test('a layer of the first axis trains as tf.layers composes it', () => {
    const layer = tf.layers.batchNormalization({ axis: 1 });
    const names = operationsOf(() => {
      tf.tidy(() => layer.apply(images(1), { training: true }) as Tensor);
    });
    expect(names).not.toContain('FusedBatchNormV3');
    layer.dispose();
  });
});
