import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { expectClose } from '../kernels/gradient-check.suite.ts';
import { createOptimizer } from '../optimizers/optimizer.ts';
import { trainableVariables } from '../weights/named-weights.ts';
import { createSmallModel, inputOf, trainStep as step } from './small-model.suite.ts';

/** What holds for training on every engine. */
export function testTraining(load: () => Promise<Engine>): void {
  let engine: Engine;
  let tf: Engine['tf'];
  beforeAll(async () => {
    engine = await load();
    ({ tf } = engine);
  });

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

  test('a hundred training steps leave no tensor behind, and learn', () => {
    const model = createSmallModel(tf);
    const variables = trainableVariables(model);
    const optimizer = createOptimizer(engine, variables, { type: 'adamw' });
    const run = (): number =>
      step(tf, { model, variables }, (gradients) => optimizer.applyGradients(gradients, 1e-3));
    const first = run();
    const tensors = tf.memory().numTensors;
    const data = dataOf(engine);
    let last = first;
    for (let index = 0; index < 100; index += 1) last = run();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(dataOf(engine)).toBe(data);
    expect(last).toBeLessThan(first / 2);
    optimizer.dispose();
    model.dispose();
  });

  test('the same steps give the same bytes', () => {
    const run = (): Float32Array[] => {
      const model = createSmallModel(tf);
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
    const model = createSmallModel(tf);
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
    const x = inputOf(tf);
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
}

/** Data that the backend holds, known to tfjs or not. */
function dataOf({ native, tf }: Engine): number {
  return native?.getNumOfTFTensors() ?? tf.backend().numDataIds();
}
