import type { LayersModel, Tensor, Variable } from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { hasNativeEngine, useNativeEngine } from '../loading/find-test-engine.suite.ts';
import { createOptimizer } from '../optimizers/optimizer.ts';
import { trainableVariables } from '../weights/named-weights.ts';
import { expectClose } from './gradient-check.suite.ts';
import { recordOperations } from './record-operations.suite.ts';

describe.runIf(hasNativeEngine)('on the native engine', () => {
  let engine: Engine;
  let tf: Engine['tf'];
  useNativeEngine((...loaded) => ([engine, tf] = loaded));

  test('contributions to one tensor are summed', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3]);
      const gradient = tf.grad((value) => tf.addN([value.square(), value.mul(3), value, value]))(x);
      expectClose(gradient, x.mul(2).add(5), 0);
    });
  });

  test('a gradient of a gradient is found', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2, 3]);
      const second = tf.grad(tf.grad((value) => value.mul(value).mul(value).add(value)))(x);
      expectClose(second, x.mul(6), 0);
    });
  });

  test('a tensor between the inputs and the value has a gradient too', () => {
    tf.tidy(() => {
      const x = tf.variable(tf.tensor1d([1, 2]));
      const { grads, value } = tf.variableGrads(() => x.mul(x).sum().mul(2).asScalar(), [x]);
      expectClose(grads[x.name]!, tf.tensor1d([4, 8]), 0);
      expect(value.dataSync()[0]).toBe(10);
      x.dispose();
    });
  });

  test('a custom gradient is used', () => {
    tf.tidy(() => {
      const straightThrough = tf.customGrad((x) => ({
        value: (x as Tensor).round(),
        gradFunc: (dy) => dy,
      }));
      const gradient = tf.grad((x) => straightThrough(x).mul(2))(tf.tensor1d([0.4, 1.6]));
      expectClose(gradient, tf.tensor1d([2, 2]), 0);
    });
  });

  test('differentiating by what is not used is refused', () => {
    expect(() => tf.tidy(() => tf.grad(() => tf.scalar(1))(tf.scalar(2)))).toThrow(
      'The function to differentiate does not use the tensors it is differentiated by.',
    );
  });

  test('no gradient of the input image is computed', () => {
    const model = smallModel(tf);
    const names = recordOperations(engine.native!, () => {
      step(tf, { model, variables: trainableVariables(model) }, () => {});
    });
    // Three convolutions and a transposed one: the first has no input gradient, the transposed one
    // runs the operation forward.
    expect(names.filter((name) => name === 'Conv2DBackpropFilter')).toHaveLength(4);
    expect(names.filter((name) => name === 'Conv2DBackpropInput')).toHaveLength(3);
    model.dispose();
  });

  test('a hundred training steps leave no tensor behind, and learn', () => {
    const model = smallModel(tf);
    const variables = trainableVariables(model);
    const optimizer = createOptimizer(engine, variables, { type: 'adamw' });
    const run = (): number =>
      step(tf, { model, variables }, (gradients) => optimizer.applyGradients(gradients, 1e-3));
    const first = run();
    const tensors = tf.memory().numTensors;
    const native = engine.native!.getNumOfTFTensors();
    let last = first;
    for (let index = 0; index < 100; index += 1) last = run();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(engine.native!.getNumOfTFTensors()).toBe(native);
    expect(last).toBeLessThan(first / 2);
    optimizer.dispose();
    model.dispose();
  });

  test('the same steps give the same bytes', () => {
    const run = (): Float32Array[] => {
      const model = smallModel(tf);
      const variables = trainableVariables(model);
      const optimizer = createOptimizer(engine, variables, { type: 'adamw' });
      for (let index = 0; index < 5; index += 1) {
        step(tf, { model, variables }, (gradients) => optimizer.applyGradients(gradients, 1e-2));
      }
      const weights = model.getWeights().map((weight) => weight.dataSync().slice() as Float32Array);
      optimizer.dispose();
      model.dispose();
      return weights;
    };
    expect(run()).toEqual(run());
  });

  test('a model is written as tf.layers writes it, with weights that were trained in place', async () => {
    const model = smallModel(tf);
    const variables = trainableVariables(model);
    const optimizer = createOptimizer(engine, variables, { type: 'adam' });
    step(tf, { model, variables }, (gradients) => optimizer.applyGradients(gradients, 1e-2));
    optimizer.dispose();
    const classes = (model.toJSON(null, false) as { config: { layers: { class_name: string }[] } })
      .config.layers;
    expect(new Set(classes.map((layer) => layer.class_name))).toEqual(
      new Set([
        'InputLayer',
        'Conv2D',
        'BatchNormalization',
        'Activation',
        'MaxPooling2D',
        'Add',
        'Conv2DTranspose',
      ]),
    );
    const x = input(tf);
    const expected = model.predict(x) as Tensor;
    let saved: Parameters<typeof tf.io.fromMemory>[0] | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
    const actual = loaded.predict(x) as Tensor;
    expectClose(actual, expected, 0);
    tf.dispose([x, expected, actual]);
    loaded.dispose();
    model.dispose();
  });
});

type Tfjs = Engine['tf'];

function input(tf: Tfjs): Tensor {
  return tf.randomNormal([2, 16, 12, 3], 0, 1, 'float32', 1);
}

/** A small network with everything a pose network has: strides, pooling, a shortcut, upsampling. */
function smallModel(tf: Tfjs): LayersModel {
  const { layers } = tf;
  let seed = 0;
  const kernelInitializer = (): ReturnType<typeof tf.initializers.heNormal> => {
    seed += 1;
    return tf.initializers.heNormal({ seed });
  };
  const conv = (
    filters: number,
    strides: number,
    useBias: boolean,
  ): ReturnType<typeof layers.conv2d> =>
    layers.conv2d({
      filters,
      kernelSize: 3,
      strides,
      useBias,
      padding: 'same',
      kernelInitializer: kernelInitializer(),
    });
  const relu = (): ReturnType<typeof layers.activation> =>
    layers.activation({ activation: 'relu' });
  const image = tf.input({ shape: [16, 12, 3] });
  let x = conv(4, 2, false).apply(image);
  x = relu().apply(layers.batchNormalization({}).apply(x));
  x = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x);
  const block = layers.batchNormalization({}).apply(conv(4, 1, false).apply(x));
  x = relu().apply(layers.add().apply([x as never, block as never]));
  x = layers
    .conv2dTranspose({
      filters: 4,
      kernelSize: 4,
      strides: 2,
      padding: 'same',
      kernelInitializer: kernelInitializer(),
    })
    .apply(x);
  x = conv(2, 1, true).apply(x);
  return tf.model({ inputs: image, outputs: x as never });
}

function step(
  tf: Tfjs,
  { model, variables }: { readonly model: LayersModel; readonly variables: Variable[] },
  update: (gradients: Record<string, Tensor>) => void,
): number {
  const x = input(tf);
  const { value, grads } = tf.variableGrads(
    () => (model.apply(x, { training: true }) as Tensor).sub(0.5).square().mean().asScalar(),
    variables,
  );
  update(grads);
  const loss = value.dataSync()[0]!;
  tf.dispose([x, value, grads] as never);
  return loss;
}
