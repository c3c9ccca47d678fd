import type { LayersModel } from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { loadEngine } from '../engine.ts';
import { namedWeights, readWeights, writeWeights } from './named-weights.ts';
import { encodeSafetensors } from './write-safetensors.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine({ backend: 'javascript' });
});

function createNetwork({ tf }: Engine): LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.dense({ name: 'hidden', units: 2, inputShape: [3] }),
      tf.layers.batchNormalization({ name: 'norm' }),
    ],
  });
}

test('a second copy of a model has the same names', () => {
  const [first, second] = [createNetwork(engine), createNetwork(engine)];
  const names = namedWeights(second).map(({ name }) => name);
  expect(names).toEqual(namedWeights(first).map(({ name }) => name));
  expect(names).toContain('norm/moving_mean');
  const untrained = namedWeights(first).filter(({ isTrainable }) => !isTrainable);
  expect(untrained.map(({ name }) => name)).toEqual(['norm/moving_mean', 'norm/moving_variance']);
  for (const model of [first, second]) model.dispose();
});

test('weights that were read can be written into another copy', async () => {
  const [first, second] = [createNetwork(engine), createNetwork(engine)];
  const tensors = await readWeights(namedWeights(first));
  const before = engine.tf.memory().numTensors;
  writeWeights(engine, namedWeights(second), { tensors, source: 'x' });
  expect(engine.tf.memory().numTensors).toBe(before);
  expect(await readWeights(namedWeights(second))).toEqual(tensors);
  for (const model of [first, second]) model.dispose();
});

test('tensors of another model are refused by name, and none is written', async () => {
  const model = createNetwork(engine);
  const weights = namedWeights(model);
  const tensors = await readWeights(weights);
  const { 'hidden/kernel': kernel, ...rest } = tensors;
  const write = (given: typeof tensors): (() => void) => {
    return () => writeWeights(engine, weights, { tensors: given, source: 'x.safetensors' });
  };
  expect(write(rest)).toThrow(
    'x.safetensors: tensor "hidden/kernel": expected [3, 2], got none. Is it of another model?',
  );
  expect(write({ ...tensors, 'hidden/kernel': { ...kernel!, shape: [1] } })).toThrow(
    'x.safetensors: tensor "hidden/kernel" has another shape: expected [3, 2], got [1]. Is it of another model?',
  );
  const zeros = { ...kernel!, data: kernel!.data.map(() => 0) };
  expect(write({ ...tensors, 'hidden/kernel': zeros, more: zeros })).toThrow(
    'x.safetensors: a tensor too many: expected 6 tensors, got "more". Is it of another model?',
  );
  const after = Buffer.concat(encodeSafetensors(await readWeights(weights)));
  expect(after.equals(Buffer.concat(encodeSafetensors(tensors)))).toBe(true);
  model.dispose();
});
