import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '@limber/engine';
import { createModel, saveModel } from '@limber/model-zoo';
import { deriveSkeleton } from '@limber/keypoints';
import { TrainingInterrupted } from '@limber/trainer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { trainConfigSchema } from '../configuration/train-config.ts';
import { packTinyShards } from '../fixtures/tiny-shards.suite.ts';
import { placeCheckpoint } from '../training/place-checkpoint.ts';
import type { TrainKeypointsOptions } from '../training/train-keypoints.ts';
import { trainKeypoints } from '../training/train-keypoints.ts';

const root = mkdtempSync(join(tmpdir(), 'limber-distilled-'));
let engine: Engine;
beforeAll(async () => {
  engine = await loadTestEngine();
  await packTinyShards(root, { train: 4, val: 3 });
  await saveTeacher('teacher', 5);
  await saveTeacher('other', 6);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

const skeleton = deriveSkeleton({
  name: 'person',
  keypoints: ['right_hand', 'head', 'left_hand', 'foot'],
});

/** An untrained model of another input size, with the joints in another order and one more. */
async function saveTeacher(name: string, seed: number): Promise<void> {
  const spec = { name: 'limber-tiny', inputSize: { height: 64, width: 64 }, jointCount: 4 };
  const model = createModel(engine, spec, { seed });
  await saveModel(join(root, name), model, { skeleton });
  model.dispose();
}

const settings = {
  model: 'limber-tiny',
  inputSize: [32, 32],
  epochs: 3,
  batchSize: 2,
  optimizer: { type: 'adam', learningRate: 0.01 },
  augmentation: { halfBody: null, scale: [0.9, 1.1] },
  ema: { decay: 0.5 },
  seed: 3,
  trainer: { logEveryNSteps: 1, detectLeaks: true },
  checkpoint: { everyNTrainSteps: 2 },
  distillation: { teacher: './teacher', alpha: 0.75 },
  workers: 0,
};

const placeOf = (name: string, changes: object = {}) => ({
  config: trainConfigSchema.parse({ ...settings, ...changes }),
  train: join(root, 'train'),
  val: join(root, 'val'),
  folder: root,
  workDir: join(root, name, 'work'),
});

async function train(
  name: string,
  changes: object = {},
  more: Partial<Pick<TrainKeypointsOptions, 'signal' | 'teacher' | 'onProgress'>> = {},
) {
  const out = { model: join(root, name, 'model'), logs: join(root, name, 'logs') };
  await trainKeypoints({ ...placeOf(name, changes), out, engine, ...more });
  const log = readFileSync(join(out.logs, 'metrics.jsonl'), 'utf8');
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number>);
  const weights = readFileSync(join(out.model, 'weights.safetensors'), 'base64');
  return { log, lines, weights, out };
}

describe('a training with a teacher', () => {
  test('sums both losses, says so, and leaves no tensor behind', async () => {
    await train('constants', { epochs: 1 });
    const before = engine.tf.memory().numTensors;
    const said: string[] = [];
    const { lines, out } = await train('whole', {}, { onProgress: (line) => said.push(line) });
    expect(engine.tf.memory().numTensors).toBe(before);
    expect(said).toContain(
      `Learning from the teacher ${join(root, 'teacher')}, a limber-tiny of 64x64, with alpha 0.75.`,
    );
    const steps = lines.filter((line) => 'train/loss' in line);
    expect(steps).toHaveLength(6);
    for (const step of steps) {
      const sum = 0.25 * step['train/label_loss']! + 0.75 * step['train/distillation_loss']!;
      expect(step['train/loss']! / sum).toBeCloseTo(1, 5);
    }
    const plain = await train('plain', { distillation: null });
    const none = await train('none', { distillation: { teacher: './teacher', alpha: 0 } });
    expect(none.weights).toBe(plain.weights);
    expect(plain.weights).not.toBe(readFileSync(join(out.model, 'weights.safetensors'), 'base64'));
    expect(plain.lines[0]).not.toHaveProperty('train/distillation_loss');
  });

  test('interrupted and run again, ends with the same bytes', async () => {
    const whole = await train('whole');
    const controller = new AbortController();
    const onProgress = (line: string): void => {
      if (line.startsWith('epoch')) controller.abort('SIGINT');
    };
    const { signal } = controller;
    await expect(train('interrupted', {}, { signal, onProgress })).rejects.toThrow(
      TrainingInterrupted,
    );
    const resumed = await train('interrupted');
    expect(resumed.weights).toBe(whole.weights);
    expect(resumed.log).toBe(whole.log);
  });

  test('is another one with another teacher, and the same with its teacher elsewhere', async () => {
    const whole = await train('whole');
    cpSync(join(root, 'teacher'), join(root, 'moved'), { recursive: true });
    const distillation = { teacher: null, alpha: 0.75 };
    const moved = await train('whole', { distillation }, { teacher: join(root, 'moved') });
    expect(moved.weights).toBe(whole.weights);
    const other = { distillation: { teacher: './other', alpha: 0.75 } };
    await expect(train('whole', other)).rejects.toThrow(
      /the folder holds checkpoints of another training \(teacher was "[0-9a-f]{64}", is "[0-9a-f]{64}"\)\./,
    );
  });

  test('goes on from a checkpoint that was placed', async () => {
    const whole = await train('whole');
    const folder = join(root, 'interrupted/work/checkpoints/last');
    const [file] = readdirSync(folder).toSorted();
    await placeCheckpoint(join(folder, file!), placeOf('interrupted'));
    expect((await train('interrupted')).weights).toBe(whole.weights);
    const without = placeOf('interrupted', { distillation: null });
    await expect(placeCheckpoint(join(folder, file!), without)).rejects.toThrow(
      /config\.distillation was .+, is null; teacher was "[0-9a-f]{64}", is "none"/,
    );
  });

  test('of another architecture, with SimCC vectors', async () => {
    const codec = { type: 'simcc' };
    const plain = { distillation: null, codec };
    await train('simcc-teacher', { ...plain, model: 'rtmpose-t', epochs: 1 });
    const distillation = { teacher: './simcc-teacher/model', temperature: 2, alpha: 1 };
    const { lines } = await train('simcc', { ...plain, distillation, epochs: 12 });
    const losses = lines.flatMap((line) => line['train/distillation_loss'] ?? []);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
  });
});

interface Refused {
  readonly what: string;
  readonly distillation: object | null;
  readonly teacher?: string;
  readonly message: string;
}

const refused: readonly Refused[] = [
  {
    what: 'a teacher that is not there',
    distillation: { teacher: './nobody' },
    message: `${join(root, 'nobody', 'model.json')}: cannot be read: expected a saved model, got no such file.`,
  },
  {
    what: 'no teacher',
    distillation: {},
    message:
      'distillation: no teacher. Name one in distillation.teacher, or, in a pipeline, give the stage an input teacher.',
  },
  {
    what: 'two teachers',
    distillation: { teacher: './teacher' },
    teacher: join(root, 'other'),
    message: `distillation: two teachers, ./teacher and ${join(root, 'other')}. Leave out distillation.teacher, or the input teacher.`,
  },
  {
    what: 'a teacher of whom nothing is learned',
    distillation: null,
    teacher: join(root, 'other'),
    message: `distillation: the teacher ${join(root, 'other')} is given, and nothing is learned from it. Add distillation: {}, or leave the teacher out.`,
  },
];

test.each(refused)('$what is refused', async ({ distillation, teacher, message }) => {
  const before = engine.tf.memory().numTensors;
  const attempt = train('refused', { distillation }, teacher === undefined ? {} : { teacher });
  await expect(attempt).rejects.toThrow(message);
  expect(engine.tf.memory().numTensors).toBe(before);
});
