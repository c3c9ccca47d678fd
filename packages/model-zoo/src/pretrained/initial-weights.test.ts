import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, TensorData } from '@limber/engine';
import { loadEngine, namedWeights, readWeights } from '@limber/engine';
import type { Skeleton } from '@limber/keypoints';
import { deriveSkeleton } from '@limber/keypoints';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createModel } from '../models/create-model.ts';
import type { PoseModel } from '../models/pose-model.ts';
import { saveModel } from '../weights/save-model.ts';
import { readInitialWeights, startFrom } from './initial-weights.ts';

let engine: Engine;
let folder: string;
const models: PoseModel[] = [];

beforeEach(async () => {
  engine = await loadEngine();
  folder = await mkdtemp(join(tmpdir(), 'initial-weights-'));
});
afterEach(async () => {
  for (const model of models.splice(0)) model.dispose();
  await rm(folder, { recursive: true });
});

const skeletonOf = (...keypoints: string[]): Skeleton =>
  deriveSkeleton({ name: 'person', keypoints });

function create(jointCount: number, seed: number): PoseModel {
  const inputSize = { height: 32, width: 32 };
  const model = createModel(engine, { name: 'limber-tiny', inputSize, jointCount }, { seed });
  models.push(model);
  return model;
}

const weightsOf = ({ model }: PoseModel): Promise<Record<string, TensorData>> =>
  readWeights(namedWeights(model));

/** One joint's numbers of a kernel or bias. */
function channel({ data, shape }: TensorData, joint: number): number[] {
  const joints = shape.at(-1)!;
  return [...data].filter((_, at) => at % joints === joint);
}

test('joints of the same name take over their heatmap, others start fresh, all else is copied', async () => {
  const before = create(3, 1);
  const skeleton = skeletonOf('Left Hip', 'tail', 'right-hip');
  const basedOn = { source: 'a zoo', license: 'MIT' };
  await saveModel(folder, before, { skeleton, basedOn });
  const after = create(2, 2);
  const fresh = await weightsOf(after);
  const initial = await readInitialWeights(folder);
  expect(initial.basedOn).toEqual(basedOn);

  const joints = { model: after, skeleton: skeletonOf('right_hip', 'wing') };
  expect(await startFrom(engine, joints, initial)).toEqual({
    taken: ['right_hip'],
    fresh: ['wing'],
  });

  const [old, now] = [await weightsOf(before), await weightsOf(after)];
  for (const name of ['head/kernel', 'head/bias']) {
    expect(channel(now[name]!, 0)).toEqual(channel(old[name]!, 2));
    expect(channel(now[name]!, 1)).toEqual(channel(fresh[name]!, 1));
  }
  for (const name of Object.keys(now).filter((one) => !one.startsWith('head/'))) {
    expect(now[name]!.data).toEqual(old[name]!.data);
  }
});

test('weights of another architecture are refused, and the model is as it was', async () => {
  const model = create(2, 1);
  const before = await weightsOf(model);
  const initial = { tensors: {}, joints: ['a'], source: 'elsewhere' };
  const starting = startFrom(engine, { model, skeleton: skeletonOf('a', 'b') }, initial);
  await expect(starting).rejects.toThrow(
    'elsewhere: tensor "stem.0.conv/kernel": expected [3, 3, 3, 16], got none. Is it of another model?',
  );
  expect(await weightsOf(model)).toEqual(before);
});

test('a name that is no model says which there are', async () => {
  await expect(readInitialWeights('movenet-thumder')).rejects.toThrow(
    'movenet-thumder: no weights to start from: expected movenet-lightning, movenet-thunder, or the folder of a trained model, got "movenet-thumder".',
  );
});
