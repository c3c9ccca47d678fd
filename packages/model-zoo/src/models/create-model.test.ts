import { createHash } from 'node:crypto';
import type { Engine, Tensor } from '@limber/engine';
import { loadEngine, namedWeights } from '@limber/engine';
import { createCodec } from '@limber/keypoints';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ModelName } from '../architectures/models.ts';
import { modelNames } from '../architectures/models.ts';
import { buildLayers } from './build-layers.ts';
import { createModel } from './create-model.ts';
import { describeModel } from './describe-models.ts';
import type { ModelSpec } from './model-spec.ts';
import type { PoseModel } from './pose-model.ts';
import { toPoseModel } from './pose-model.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine();
});

const tiny: ModelSpec = {
  name: 'limber-tiny',
  inputSize: { height: 64, width: 32 },
  jointCount: 5,
};

/** The digest of each weight: a million numbers compare slowly one by one. */
function weightDigests({ model }: PoseModel): Record<string, string> {
  return Object.fromEntries(
    namedWeights(model).map(({ name, variable }) => {
      const values = variable.dataSync<'float32'>();
      return [name, createHash('sha256').update(values).digest('hex')];
    }),
  );
}

/** Their siblings differ in numbers only. */
const largest: readonly ModelName[] = ['simplebaseline-resnet101', 'hrnet-w48', 'rtmpose-m'];

describe('every model', () => {
  test.each(modelNames.filter((name) => !largest.includes(name)))(
    '%s gives what its codec decodes, with unique stable weight names',
    (name) => {
      const spec: ModelSpec = { name, inputSize: { height: 96, width: 64 }, jointCount: 14 };
      const { model, initializers } = buildLayers(engine, spec);
      const built = toPoseModel(spec, model);

      const shape = createCodec(built.codec).targetShape(14);
      expect(model.outputs[0]!.shape).toEqual([null, ...[1, ...shape].slice(-3)]);
      expect(built.parameterCount).toBe(describeModel(spec).parameters);
      const weights = namedWeights(model);
      const names = weights.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      const drawn = /\/(depthwise_)?kernel$|\.gau\/(scale|offset)$|\/embedding$/;
      expect(names.filter((weight) => drawn.test(weight))).toEqual(
        names.filter((weight) => initializers.has(weight)),
      );
      const untrained = weights.filter(({ isTrainable }) => !isTrainable);
      expect(untrained.every((weight) => /\/moving_(mean|variance)$/.test(weight.name))).toBe(true);
      built.dispose();
    },
  );
});

test('heatmaps of a quarter of the size are the default', () => {
  const { model } = buildLayers(engine, tiny);
  expect(toPoseModel(tiny, model).codec).toEqual({
    type: 'msra-heatmap',
    inputSize: { height: 64, width: 32 },
    heatmapSize: { height: 16, width: 8 },
    sigmaPx: 1.5,
  });
  model.dispose();
});

test('a model with a SimCC head refuses to learn heatmaps', () => {
  const spec: ModelSpec = { ...tiny, name: 'rtmpose-t', codec: { type: 'msra-heatmap' } };
  expect(() => createModel(engine, spec, { seed: 1 })).toThrow(
    'model "rtmpose-t": codec: not usable: expected simcc, which its head is made for, got "msra-heatmap".',
  );
});

test('the Gaussian of a 256x192 model has a radius of 2 heatmap pixels', () => {
  const spec: ModelSpec = { ...tiny, inputSize: { height: 256, width: 192 } };
  const { model } = buildLayers(engine, spec);
  expect(toPoseModel(spec, model).codec).toMatchObject({ sigmaPx: 2 });
  model.dispose();
});

describe('createModel', () => {
  test('gives the same weights for the same seed, also for a second model in the process', () => {
    const first = createModel(engine, tiny, { seed: 3 });
    const second = createModel(engine, tiny, { seed: 3 });
    const other = createModel(engine, tiny, { seed: 4 });
    expect(weightDigests(second)).toEqual(weightDigests(first));
    expect(weightDigests(other)).not.toEqual(weightDigests(first));
    for (const model of [first, second, other]) model.dispose();
  });

  test('keeps the tensors of one model only, and frees them', () => {
    const before = engine.tf.memory().numTensors;
    const created = createModel(engine, tiny, { seed: 3 });
    expect(engine.tf.memory().numTensors - before).toBe(created.model.weights.length);
    created.dispose();
    expect(engine.tf.memory().numTensors).toBe(before);
  });

  test('starts with heatmaps near 0 that differ from image to image', () => {
    const { tf } = engine;
    const created = createModel(engine, tiny, { seed: 3 });
    const output = tf.tidy(() => {
      const images = tf.randomNormal([2, 64, 32, 3], 0, 1, 'float32', 5);
      return created.model.predict(images) as Tensor;
    });
    const values = output.dataSync<'float32'>();
    expect(values.every((value) => Math.abs(value) < 1)).toBe(true);
    expect(values.slice(0, values.length / 2)).not.toEqual(values.slice(values.length / 2));
    output.dispose();
    created.dispose();
  });

  test('refuses an input that cannot be halved five times', () => {
    const spec = { ...tiny, inputSize: { height: 64, width: 40 } };
    expect(() => createModel(engine, spec, { seed: 1 })).toThrow(
      'model "limber-tiny": inputSize: not usable: expected height and width in multiples of 32, such as 256x192, got 64x40.',
    );
  });
});

test('a step of training reaches a lower loss, and two move every weight', () => {
  const { tf } = engine;
  // small enough for the JavaScript engine, which takes seconds for a step
  const inputSize = { height: 32, width: 32 };
  const created = createModel(engine, { ...tiny, inputSize }, { seed: 3 });
  const before = weightDigests(created);
  const optimizer = tf.train.adam(0.003);
  const losses = tf.tidy(() => {
    const images = tf.randomNormal([2, 32, 32, 3], 0, 1, 'float32', 5);
    const targets = tf.randomUniform([2, 8, 8, 5], 0, 1, 'float32', 6);
    return [0, 1].map(() => {
      const loss = optimizer.minimize(() => {
        const output = created.model.apply(images, { training: true }) as Tensor;
        return output.squaredDifference(targets).mean().asScalar();
      }, true);
      return loss!.dataSync()[0]!;
    });
  });
  const after = weightDigests(created);
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
  const unmoved = Object.keys(before).filter((name) => before[name] === after[name]);
  expect(unmoved).toEqual([]);
  optimizer.dispose();
  created.dispose();
});

test('a model saved by model.save loads in stock TensorFlow.js and computes the same', async () => {
  const { tf } = engine;
  const created = createModel(engine, tiny, { seed: 3 });
  let saved: Parameters<Parameters<typeof tf.io.withSaveHandler>[0]>[0] | undefined;
  await created.model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      const modelArtifactsInfo = { dateSaved: new Date(0), modelTopologyType: 'JSON' as const };
      return Promise.resolve({ modelArtifactsInfo });
    }),
  );
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved!));
  const [expected, got] = tf.tidy(() => {
    const images = tf.randomNormal([1, 64, 32, 3], 0, 1, 'float32', 5);
    const models = [created.model, loaded];
    return models.map((model) => (model.predict(images) as Tensor).dataSync());
  });
  expect(got).toEqual(expected);
  loaded.dispose();
  created.dispose();
});
