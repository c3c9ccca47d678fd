import type { LayersModel, SymbolicTensor, Tensor, Tensor4D } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { trainableVariables } from '../weights/named-weights.ts';
import { expectClose } from './gradient-check.suite.ts';
import { recordOperations } from './record-operations.suite.ts';

describe.runIf(hasNativeEngine)('a tf.layers model that trains on the native engine', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  const images = (): Tensor4D => tf.randomNormal([2, 6, 5, 3], 0, 1, 'float32', 1);
  const normalize = (x: SymbolicTensor, seed: number): SymbolicTensor =>
    tf.layers
      .batchNormalization({
        gammaInitializer: tf.initializers.randomNormal({ mean: 1, stddev: 0.3, seed }),
        betaInitializer: tf.initializers.randomNormal({ seed: seed + 1 }),
      })
      .apply(x) as SymbolicTensor;
  const relu = (x: SymbolicTensor): SymbolicTensor =>
    tf.layers.activation({ activation: 'relu' }).apply(x) as SymbolicTensor;
  const convolve = (x: SymbolicTensor, seed: number): SymbolicTensor =>
    tf.layers
      .conv2d({
        filters: 3,
        kernelSize: 3,
        padding: 'same',
        useBias: false,
        kernelInitializer: tf.initializers.randomNormal({ seed }),
      })
      .apply(x) as SymbolicTensor;

  /** A residual block, of which the normalised value before its ReLU may be an output too. */
  function residual(hasTwoOutputs: boolean): LayersModel {
    const input = tf.input({ shape: [6, 5, 3] });
    const first = relu(normalize(convolve(input, 3), 5));
    const second = normalize(convolve(first, 7), 9);
    const sum = relu(tf.layers.add().apply([second, first]) as SymbolicTensor);
    return tf.model({ inputs: input, outputs: hasTwoOutputs ? [sum, second] : sum });
  }

  /** The layers of the model, one by one, so that nothing is released or fused. */
  function runByHand(model: LayersModel, x: Tensor): Tensor {
    const call = (position: number, inputs: Tensor | Tensor[]): Tensor =>
      model.layers[position]!.apply(inputs, { training: true }) as Tensor;
    const first = call(3, call(2, call(1, x)));
    return call(7, call(6, [call(5, call(4, first)), first]));
  }

  test('has the values, gradients and running averages of its layers run one by one', () => {
    const [model, reference] = [residual(false), residual(false)];
    tf.tidy(() => {
      const x = images();
      const run = (network: LayersModel, forward: () => Tensor): Tensor[] => {
        const variables = trainableVariables(network);
        const { value, grads } = tf.variableGrads(
          () => forward().square().mean().asScalar(),
          variables,
        );
        return [value, ...variables.map(({ name }) => grads[name]!)];
      };
      const actual = run(model, () => model.apply(x, { training: true }) as Tensor);
      const expected = run(reference, () => runByHand(reference, x));
      for (const [position, tensor] of actual.entries()) {
        expectClose(tensor, expected[position]!, 1e-5);
      }
      for (const [position, weight] of model.weights.entries()) {
        expectClose(weight.read(), reference.weights[position]!.read(), 1e-6);
      }
    });
    model.dispose();
    reference.dispose();
  });

  test('a batch norm that only a ReLU reads is computed together with it', () => {
    const model = residual(false);
    const names = recordOperations(engine.native!, () => {
      tf.tidy(() => model.apply(images(), { training: true }) as Tensor);
    });
    const hasOneDnn = names.includes('_MklNativeFusedBatchNormEx');
    expect(names.filter((name) => name === 'Relu')).toHaveLength(hasOneDnn ? 1 : 2);
    expect(names.filter((name) => name === 'FusedBatchNormV3')).toHaveLength(hasOneDnn ? 1 : 2);
    model.dispose();
  });

  test('activations that are outputs are not released', () => {
    const model = residual(true);
    tf.tidy(() => {
      const [sum, second] = model.apply(images(), { training: true }) as Tensor[];
      expect(sum!.isDisposed).toBe(false);
      expect(second!.shape).toEqual([2, 6, 5, 3]);
      expect(Number.isFinite(second!.sum().dataSync()[0])).toBe(true);
    });
    model.dispose();
  });

  test('keeps fewer activations than layers run one by one', () => {
    const model = residual(false);
    const x = images();
    const keptBy = (forward: () => Tensor): number => {
      let kept = 0;
      tf.tidy(() => {
        tf.variableGrads(() => {
          const y = forward();
          kept = tf.memory().numDataBuffers;
          return y.mean().asScalar();
        });
      });
      return kept;
    };
    const byHand = keptBy(() => runByHand(model, x));
    expect(keptBy(() => model.apply(x, { training: true }) as Tensor)).toBeLessThan(byHand - 2);
    x.dispose();
    model.dispose();
  });

  test('a layer used twice is run twice', () => {
    const input = tf.input({ shape: [2] });
    const dense = tf.layers.dense({ units: 2, kernelInitializer: 'identity', useBias: false });
    const once = dense.apply(input) as SymbolicTensor;
    const twice = dense.apply(once) as SymbolicTensor;
    const model = tf.model({
      inputs: input,
      outputs: tf.layers.add().apply([once, twice]) as SymbolicTensor,
    });
    tf.tidy(() => {
      const y = model.apply(tf.tensor2d([[1, 2]]), { training: true }) as Tensor;
      expect([...y.dataSync()]).toEqual([2, 4]);
    });
    model.dispose();
  });
});
