import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, NamedTensors, TensorData } from '@limber/engine';
import { readSafetensors } from '@limber/engine';
import { loadModel } from '@limber/model-zoo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainConfigSchema } from '../configuration/train-config.ts';
import { TrainingDiverged, TrainingInterrupted } from '@limber/trainer';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { packTinyShards } from '../fixtures/tiny-shards.suite.ts';
import { readEvents } from '../../../trainer/src/loggers/tensorboard/read-events.suite.ts';
import { placeCheckpoint } from './place-checkpoint.ts';
import { predictKeypoints } from '../prediction/predict-keypoints.ts';
import { trainKeypoints } from './train-keypoints.ts';
import type { ValidationPredictions } from './validation-predictions.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-poses-'));
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
  ema: { decay: 0.5 },
  seed: 3,
  trainer: { logEveryNSteps: 1 },
  checkpoint: { everyNTrainSteps: 2 },
  workers: 0,
};

interface Run {
  readonly name: string;
  readonly changes?: Record<string, unknown>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (line: string) => void;
}

/** What is trained where. */
function placeOf(name: string, changes: Record<string, unknown> = {}) {
  return {
    config: trainConfigSchema.parse({ ...settings, ...changes }),
    train: join(root, 'train'),
    val: join(root, 'val'),
    workDir: join(root, name, 'work'),
  };
}

/** Trains in a folder of its own, and gives back the bytes of what came out. */
async function train({ name, changes = {}, ...rest }: Run) {
  const folder = join(root, name);
  const out = { model: join(folder, 'model'), logs: join(folder, 'logs') };
  const { metrics } = await trainKeypoints({
    ...placeOf(name, changes),
    out,
    engine,
    ...rest,
  });
  const read = (file: string): string => readFileSync(file, 'base64');
  const log = join(out.logs, 'metrics.jsonl');
  return {
    metrics,
    weights: read(join(out.model, 'weights.safetensors')),
    log: existsSync(log) ? readFileSync(log, 'utf8') : '',
    out,
  };
}

const hasSameData = (one: TensorData, other: TensorData): boolean =>
  Buffer.from(one.data.buffer).equals(Buffer.from(other.data.buffer));

describe('trainKeypoints', () => {
  test('writes a model, its metrics and its configuration', async () => {
    // the engine keeps its constants from their first use on
    await train({ name: 'constants' });
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
    expect(readdirSync(out.logs).sort()).toEqual([
      'config.json',
      'first-batch.jpg',
      'metrics.jsonl',
      'timing.jsonl',
      'validation.json',
    ]);
    const validated = JSON.parse(
      readFileSync(join(out.logs, 'validation.json'), 'utf8'),
    ) as ValidationPredictions;
    expect(validated.step).toBe(4);
    expect(validated.results.map(({ annotation_id }) => annotation_id)).toEqual([1, 2, 3]);
    expect(validated.results[0]!.keypoints).toHaveLength(9);
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
    const shards = join(root, 'val');
    const { results, annotationIds } = await predictKeypoints({
      engine,
      model,
      shards,
      batchSize: 2,
      workers: 0,
    });
    expect(results.map(({ image_id }) => image_id)).toEqual([1, 2, 3]);
    expect(annotationIds).toEqual([1, 2, 3]);
    expect(results[0]!.keypoints).toHaveLength(9);
    const controller = new AbortController();
    const predicted: string[] = [];
    const ended = predictKeypoints({
      engine,
      model,
      shards,
      batchSize: 1,
      workers: 0,
      signal: controller.signal,
      onProgress(line) {
        predicted.push(line);
        controller.abort();
      },
    });
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(predicted).toEqual(['predicted 1 of 3 persons']);
    model.dispose();
  });

  test('starts from another training, and leaves frozen layers as they are', async () => {
    const first = await train({ name: 'first' });
    const lines: string[] = [];
    const frozen = ['stem', 'encoder.0'];
    const second = await train({
      name: 'second',
      changes: { init: first.out.model, frozen, seed: 4 },
      onProgress: (line) => lines.push(line),
    });
    expect(lines[0]).toBe(`Starting from ${first.out.model}, which knows 3 of the joints.`);
    const read = async ({ out }: typeof first): Promise<NamedTensors> =>
      (await readSafetensors(join(out.model, 'weights.safetensors'))).tensors;
    const [before, after] = [await read(first), await read(second)];
    const kept = Object.keys(before).filter(
      (name) => /\/(kernel|bias)$/.test(name) && hasSameData(before[name]!, after[name]!),
    );
    expect(kept.every((name) => /^(stem|encoder\.0)\./.test(name))).toBe(true);
    expect(kept).toContain('stem.0.conv/kernel');
    expect(kept).toContain('encoder.0.0.1.conv/kernel');
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
    expect(lines[2]).toMatch(/^Going on from .+\.safetensors \(epoch [12], step [23]\)\.$/);
    expect(resumed.weights).toBe(whole.weights);
    expect(resumed.log).toBe(whole.log);
    expect(resumed.metrics).toEqual(whole.metrics);
  });

  test('averages the last epochs, and finished already, gives the same averages again', async () => {
    const swa = { swaLrs: 0.005, swaEpochStart: 1, annealingEpochs: 1 };
    const changes = { ema: null, swa, flipTest: true };
    const first = await train({ name: 'swa', changes });
    expect(Object.keys(first.metrics).sort()).toEqual(
      ['val/AP', 'val/AP50', 'val/AP75', 'val/PCK', 'val/loss'].sort(),
    );
    const again = await train({ name: 'swa', changes });
    expect(again.weights).toBe(first.weights);
    expect(again.metrics).toEqual(first.metrics);
  });

  test('writes the logs that were asked for; turning them on does not make another training', async () => {
    const tensorboard = { images: 2, histogramEveryEpochs: 1 };
    const changes = { epochs: 3, logging: { csv: true, tensorboard } };
    const { out } = await train({ name: 'logged', changes: { epochs: 2 } }).then(() =>
      train({ name: 'logged', changes }),
    );
    const events = readEvents(
      readFileSync(join(out.logs, 'tensorboard', 'events.out.tfevents.limber')),
    );
    const tags = events.flatMap(({ values }) => values);
    expect(tags.filter(({ image }) => image !== undefined).map(({ tag }) => tag)).toEqual([
      'val/annotation-1',
      'val/annotation-2',
    ]);
    expect(tags.some(({ histogram }) => histogram !== undefined)).toBe(true);
    expect(readFileSync(join(out.logs, 'metrics.csv'), 'utf8')).toContain('val/AP');
  });

  test('a batch whose loss is NaN is left as images', async () => {
    const changes = { optimizer: { type: 'sgd', learningRate: 1e30 }, ema: null };
    await expect(train({ name: 'nan', changes })).rejects.toThrow(TrainingDiverged);
    const work = join(root, 'nan', 'work');
    const [folder] = readdirSync(work).filter((name) => name.startsWith('nan-at-step-'));
    const files = readdirSync(join(work, folder!));
    expect(files).toHaveLength(3);
    expect(files.filter((name) => /^annotation-\d\.png$/.test(name))).toHaveLength(2);
    const about = JSON.parse(readFileSync(join(work, folder!, 'batch.json'), 'utf8')) as object[];
    expect(about[0]).toMatchObject({ areTargetsFinite: true });
  });

  test('keeps the last weights with the metrics of the validation of them', async () => {
    const valid = async (name: string, changes: Record<string, unknown>) => {
      const { metrics, log } = await train({ name, changes: { keep: 'last', ...changes } });
      const lines = log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly step: number });
      return { metrics, last: lines.findLast((line) => 'val/loss' in line)! };
    };
    // the last checkpoint by steps is written just before the last validation
    const { metrics, last } = await valid('keep-last', {});
    const { step, epoch: _, ...scores } = last as Record<string, number>;
    expect([step, metrics]).toEqual([4, { ...metrics, ...scores }]);
    // run again when it had ended, it tells the same
    expect((await valid('keep-last', {})).metrics).toEqual(metrics);
    // the last epoch of three was not validated
    const trainer = { logEveryNSteps: 1, checkValEveryNEpoch: 2 };
    const rare = await valid('keep-rare', { epochs: 3, trainer });
    expect(rare.last.step).toBe(4);
    expect(rare.metrics['val/loss']).not.toBe((rare.last as Record<string, number>)['val/loss']);
  });

  test('a fast development run goes through everything and keeps nothing', async () => {
    const { metrics, log } = await train({
      name: 'dev',
      changes: { trainer: { fastDevRun: true } },
    });
    expect(Object.keys(metrics)).toContain('val/AP');
    expect(log).toBe('');
    expect(readdirSync(join(root, 'dev', 'work'))).not.toContain('checkpoints');
  });

  test('goes on from a checkpoint that was placed: with the logs beside it, or without any', async () => {
    const whole = await train({ name: 'source' });
    const folder = join(root, 'source/work/checkpoints/last');
    const file = readdirSync(folder).sort()[0]!;
    const loose = join(root, file);
    copyFileSync(join(folder, file), loose);
    for (const [name, from] of [
      ['source', join(folder, file)],
      ['loose', loose],
    ] as const) {
      await placeCheckpoint(from, placeOf(name));
      expect(readdirSync(join(root, name)).filter((one) => one.startsWith('work'))).toEqual([
        'work',
      ]);
      const resumed = await train({ name });
      expect(resumed.weights).toBe(whole.weights);
      expect(whole.log.endsWith(resumed.log)).toBe(true);
      expect(resumed.log === whole.log).toBe(name === 'source');
    }
  });

  test('a checkpoint of another training is not placed, and the folder stays as it was', async () => {
    const files = (): string[] =>
      readdirSync(join(root, 'source'), { recursive: true, encoding: 'utf8' }).sort();
    const before = files();
    const folder = join(root, 'whole/work/checkpoints/last');
    const file = join(folder, readdirSync(folder)[0]!);
    await expect(placeCheckpoint(file, placeOf('source', { seed: 4 }))).rejects.toThrow(
      'checkpoints of another training (config.seed was 3, is 4).',
    );
    expect(files()).toEqual(before);
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
    expect(lines[2]).toContain(
      'are of a training for 2 epochs, 1 are asked for: they are deleted, and training starts again.',
    );
    expect(fewer.log.trim().split('\n')).toHaveLength(3);
  });
});
