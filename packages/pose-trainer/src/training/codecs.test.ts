import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { loadModel } from '@limber/model-zoo';
import { TrainingInterrupted } from '@limber/trainer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { trainConfigSchema } from '../configuration/train-config.ts';
import { packTinyShards } from '../fixtures/tiny-shards.suite.ts';
import { predictKeypoints } from '../prediction/predict-keypoints.ts';
import { trainKeypoints } from './train-keypoints.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-codecs-'));
let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
  await packTinyShards(root, { train: 4, val: 3 });
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

const settings = {
  model: 'limber-tiny',
  inputSize: [32, 32],
  epochs: 12,
  batchSize: 4,
  augmentation: null,
  flipTest: true,
  seed: 3,
  trainer: { logEveryNSteps: 1, checkValEveryNEpoch: 12 },
  checkpoint: { everyNTrainSteps: 2 },
  keep: 'last',
  workers: 0,
};

async function train(name: string, changes: object, signal?: AbortSignal) {
  const out = { model: join(root, name, 'model'), logs: join(root, name, 'logs') };
  await trainKeypoints({
    config: trainConfigSchema.parse({ ...settings, ...changes }),
    train: join(root, 'train'),
    val: join(root, 'val'),
    workDir: join(root, name, 'work'),
    out,
    engine,
    ...(signal === undefined ? {} : { signal }),
  });
  const lines = readFileSync(join(out.logs, 'metrics.jsonl'), 'utf8').trim().split('\n');
  const losses = lines
    .map((line) => (JSON.parse(line) as Record<string, number>)['train/loss'])
    .filter((loss) => loss !== undefined);
  return { losses, model: out.model, bytes: readFileSync(join(out.model, 'weights.safetensors')) };
}

const nameOf = (choice: object): string => JSON.stringify(choice).replace(/\W+/g, '-');

describe.each([
  { codec: { type: 'udp-heatmap' }, loss: 'ohkm' },
  { codec: { type: 'simcc', splitRatio: 1.5 } },
  { codec: { type: 'regression' } },
  // far from the joints its gradient is 0, so it goes on from the training before
  {
    codec: { type: 'regression' },
    loss: 'oks',
    init: join(root, nameOf({ codec: { type: 'regression' } }), 'model'),
  },
])('%o', (choice) => {
  const name = nameOf(choice);

  test('is learned, kept in the model and predicted with', async () => {
    const before = engine.tf.memory().numTensors;
    const { losses, model: folder } = await train(name, choice);
    expect(losses).toHaveLength(12);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const model = await loadModel(engine, folder);
    expect(model.codec).toMatchObject(choice.codec);
    const { results } = await predictKeypoints({
      engine,
      model,
      shards: join(root, 'val'),
      batchSize: 2,
      workers: 0,
      flipTest: true,
    });
    model.dispose();
    expect(results.map(({ keypoints }) => keypoints.length)).toEqual([9, 9, 9]);
    expect(results.every(({ keypoints }) => keypoints.every(Number.isFinite))).toBe(true);
    expect(engine.tf.memory().numTensors).toBe(before);
  });
});

test('what a loss trains of its own goes on from a checkpoint too', async () => {
  const choice = { codec: { type: 'regression' }, epochs: 3 };
  const whole = await train('whole', choice);
  const aborted = AbortSignal.abort();
  // a step at a time
  for (let step = 0; step < 3; step++) {
    const attempt = train('halting', choice, aborted);
    await expect(attempt).rejects.toBeInstanceOf(TrainingInterrupted);
  }
  const halting = await train('halting', choice);
  expect(halting.bytes.equals(whole.bytes)).toBe(true);
});
