import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Engine } from '@limber/engine';
import { loadModel } from '@limber/model-zoo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainConfigSchema } from '../config/train-config.ts';
import { TrainingInterrupted } from '../errors/training-interrupted.ts';
import { loadTestEngine } from '../fixtures/load-test-engine.suite.ts';
import { packTinyShards } from '../fixtures/tiny-shards.suite.ts';
import { predictKeypoints } from './predict-keypoints.ts';
import { trainKeypoints } from './train-keypoints.ts';

const root = mkdtempSync(path.join(tmpdir(), 'limber-poses-'));
let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
  await packTinyShards(root, { train: 4, val: 3 });
});
afterAll(() => rmSync(root, { recursive: true }));

const settings = {
  model: 'limber-tiny',
  inputSize: [32, 32],
  epochs: 2,
  batchSize: 2,
  optimizer: { type: 'adam', learningRate: 0.01 },
  augmentation: { halfBody: null, scale: [0.9, 1.1] },
  emaDecay: 0.5,
  seed: 3,
  logEverySteps: 1,
  checkpointEverySteps: 2,
  workers: 0,
};

interface Run {
  readonly name: string;
  readonly changes?: Record<string, unknown>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** Trains in a folder of its own, and gives back the bytes of what came out. */
async function train({ name, changes = {}, ...rest }: Run) {
  const folder = path.join(root, name);
  const out = { model: path.join(folder, 'model'), logs: path.join(folder, 'logs') };
  const { metrics } = await trainKeypoints({
    config: trainConfigSchema.parse({ ...settings, ...changes }),
    train: path.join(root, 'train'),
    val: path.join(root, 'val'),
    workDir: path.join(folder, 'work'),
    out,
    engine,
    ...rest,
  });
  const read = (file: string): string => readFileSync(file, 'base64');
  return {
    metrics,
    weights: read(path.join(out.model, 'weights.safetensors')),
    log: readFileSync(path.join(out.logs, 'metrics.jsonl'), 'utf8'),
    out,
  };
}

describe('trainKeypoints', () => {
  test('writes a model, its metrics and its configuration', async () => {
    const before = engine.tf.memory().numTensors;
    const lines: string[] = [];
    const { metrics, log, out } = await train({
      name: 'whole',
      onProgress: (line) => lines.push(line),
    });

    expect(engine.tf.memory().numTensors).toBe(before);
    expect(Object.keys(metrics).sort()).toEqual(
      ['lr', 'train/loss', 'val/AP', 'val/AP50', 'val/AP75', 'val/PCK', 'val/loss'].sort(),
    );
    expect(readdirSync(out.logs).sort()).toEqual(['config.json', 'metrics.jsonl', 'timing.jsonl']);
    const logged = log
      .trim()
      .split('\n')
      .map((line) => Object.keys(JSON.parse(line) as object));
    expect(logged).toHaveLength(6);
    expect(logged[0]).toEqual(['step', 'epoch', 'lr', 'train/loss']);
    expect(logged[2]).toEqual([
      'step',
      'epoch',
      'val/loss',
      'val/AP',
      'val/AP50',
      'val/AP75',
      'val/PCK',
    ]);
    expect(lines[0]).toMatch(
      /^limber-tiny with \d+ parameters, 4 persons to train on, 3 to validate, on .+ \(32.*\)\.$/,
    );
    expect(lines.at(-1)).toMatch(/^epoch 2\/2 {2}step 4\/4 {2}validated {2}train\/loss /);

    const model = await loadModel(engine, out.model);
    const shards = path.join(root, 'val');
    const results = await predictKeypoints({ engine, model, shards, batchSize: 2, workers: 0 });
    expect(results.map(({ image_id }) => image_id)).toEqual([1, 2, 3]);
    expect(results[0]!.keypoints).toHaveLength(9);
    model.dispose();
  });

  test('interrupted and run again, ends with the same bytes', async () => {
    const whole = await train({ name: 'whole' });
    const controller = new AbortController();
    const { signal } = controller;
    const stop = (line: string): void => {
      if (line.startsWith('epoch')) controller.abort('SIGINT');
    };
    const interrupted = train({ name: 'interrupted', signal, onProgress: stop });
    await expect(interrupted).rejects.toThrow(TrainingInterrupted);
    await expect(interrupted).rejects.toMatchObject({ exitCode: 130 });

    const lines: string[] = [];
    const onProgress = (line: string): void => void lines.push(line);
    const resumed = await train({ name: 'interrupted', onProgress });
    expect(lines[1]).toMatch(/^Going on from .+\.safetensors \(epoch [12], step [23]\)\.$/);
    expect(resumed.weights).toBe(whole.weights);
    expect(resumed.log).toBe(whole.log);
    expect(resumed.metrics).toEqual(whole.metrics);
  });

  test('refuses to go on from another training', async () => {
    await expect(train({ name: 'whole', changes: { seed: 4 } })).rejects.toThrow(
      'the folder holds checkpoints of another training (config.seed was 3, is 4).',
    );
  });

  test('starts again when fewer epochs are asked for', async () => {
    const lines: string[] = [];
    const onProgress = (line: string): void => void lines.push(line);
    const fewer = await train({ name: 'whole', changes: { epochs: 1 }, onProgress });
    expect(lines[1]).toContain(
      'are of a training for 2 epochs, 1 are asked for: they are deleted, and training starts again.',
    );
    expect(fewer.log.trim().split('\n')).toHaveLength(3);
  });

  test('names the model that was probably meant', async () => {
    await expect(train({ name: 'typo', changes: { model: 'limbertiny' } })).rejects.toThrow(
      'got "limbertiny". Did you mean "limber-tiny"?',
    );
  });
});
