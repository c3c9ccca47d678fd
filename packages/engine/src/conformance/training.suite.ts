import type { Tensor } from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { createOptimizer } from '../optimizers/optimizer.ts';
import { readResult } from '../read-result.ts';
import { trainableVariables } from '../weights/named-weights.ts';
import { createSmallModel, inputOf, trainStep as step } from './small-model.suite.ts';

/**
 * What holds for training on every engine.
 *
 * @param options.steps - of the longest training; 100 halve its loss.
 */
export function testTraining(
  load: () => Promise<Engine>,
  { steps = 100 }: { readonly steps?: number } = {},
): void {
  let engine: Engine;
  let tf: Engine['tf'];
  beforeAll(async () => {
    engine = await load();
    ({ tf } = engine);
  });

  test('contributions to one tensor are summed', async () => {
    const sum = (value: Tensor): Tensor => tf.addN([value.square(), value.mul(3), value, value]);
    const gradient = await readResult(engine, () => tf.grad(sum)(tf.tensor1d([1, 2, 3])));
    expect([...gradient]).toEqual([7, 9, 11]);
  });

  test('a gradient of a gradient is found', async () => {
    const cube = (value: Tensor): Tensor => value.mul(value).mul(value).add(value);
    const second = await readResult(engine, () => tf.grad(tf.grad(cube))(tf.tensor1d([1, 2, 3])));
    expect([...second]).toEqual([6, 12, 18]);
  });

  test('a tensor between the inputs and the value has a gradient too', async () => {
    const x = tf.variable(tf.tensor1d([1, 2]));
    const gradientAndValue = await readResult(engine, () => {
      const { grads, value } = tf.variableGrads(() => x.mul(x).sum().mul(2).asScalar(), [x]);
      return tf.concat([grads[x.name]!, value.reshape([1])]);
    });
    expect([...gradientAndValue]).toEqual([4, 8, 10]);
    x.dispose();
  });

  test('a custom gradient is used', async () => {
    const straightThrough = tf.customGrad((x) => ({
      value: (x as Tensor).round(),
      gradFunc: (dy) => dy,
    }));
    const gradient = await readResult(engine, () =>
      tf.grad((x) => straightThrough(x).mul(2))(tf.tensor1d([0.4, 1.6])),
    );
    expect([...gradient]).toEqual([2, 2]);
  });

  test('differentiating by what is not used is refused', () => {
    expect(() => tf.tidy(() => tf.grad(() => tf.scalar(1))(tf.scalar(2)))).toThrow(
      'The function to differentiate does not use the tensors it is differentiated by.',
    );
  });

  test('many training steps leave no tensor behind, and learn', async () => {
    const model = createSmallModel(tf);
    const variables = trainableVariables(model);
    const optimizer = createOptimizer(engine, variables, { type: 'adamw' });
    const run = (): Promise<number> =>
      step(tf, { model, variables }, (gradients) => optimizer.applyGradients(gradients, 1e-3));
    const first = await run();
    const tensors = tf.memory().numTensors;
    const data = dataOf(engine);
    let last = first;
    for (let index = 0; index < steps; index += 1) last = await run();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(dataOf(engine)).toBe(data);
    expect(last).toBeLessThan(first * 0.5 ** (steps / 100));
    optimizer.dispose();
    model.dispose();
  });

  test('the same steps give the same bytes', async () => {
    const run = async (): Promise<Float32Array[]> => {
      const model = createSmallModel(tf);
      const variables = trainableVariables(model);
      const optimizer = createOptimizer(engine, variables, { type: 'adamw' });
      for (let index = 0; index < 5; index += 1) {
        await step(tf, { model, variables }, (gradients) =>
          optimizer.applyGradients(gradients, 1e-2),
        );
      }
      const weights: Float32Array[] = [];
      for (const weight of model.getWeights()) {
        weights.push((await weight.data<'float32'>()).slice());
      }
      optimizer.dispose();
      model.dispose();
      return weights;
    };
    expect(await run()).toEqual(await run());
  });

  test('a model is written as tf.layers writes it, with weights that were trained in place', async () => {
    const model = createSmallModel(tf);
    const variables = trainableVariables(model);
    const optimizer = createOptimizer(engine, variables, { type: 'adam' });
    await step(tf, { model, variables }, (gradients) => optimizer.applyGradients(gradients, 1e-2));
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
    expect(await actual.data()).toEqual(await expected.data());
    tf.dispose([x, expected, actual]);
    loaded.dispose();
    model.dispose();
  });
}

/** Data that the backend holds, known to tfjs or not. */
function dataOf({ native, tf }: Engine): number {
  return native?.getNumOfTFTensors() ?? tf.backend().numDataIds();
}
