import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { KeypointDataset } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import { TrainingInterrupted } from '@limber/trainer';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadTestEngine } from '../../../trainer/src/fixtures/load-test-engine.suite.ts';
import { trainConfigSchema } from '../configuration/train-config.ts';
import { packTinyShards } from '../fixtures/tiny-shards.suite.ts';
import type { TrainKeypointsOptions } from './train-keypoints.ts';
import { trainKeypoints } from './train-keypoints.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const root = mkdtempSync(join(tmpdir(), 'limber-skipped-'));
const own = `export default function dim({ pixels }, { random }) {
  const factor = random.uniform(0.5, 1);
  for (let at = 0; at < pixels.data.length; at++) pixels.data[at] *= factor;
}`;
let engine: Engine;
let reasons: readonly string[];
beforeAll(async () => {
  engine = await loadTestEngine();
  await packTinyShards(root, { train: 6, val: 4 });
  reasons = [await damage('train', 2), await damage('val', 1)];
  writeFileSync(join(root, 'dim.mjs'), own);
});
afterAll(() => rmSync(root, { recursive: true }));

/** Changes a byte of a person's image. @returns what is said of it. */
async function damage(split: string, row: number): Promise<string> {
  const dataset = await KeypointDataset.open(join(root, split));
  // the images of the others begin alike
  const before = Array.from({ length: row }, (_, at) => dataset.get(at).image.length);
  const { image, annotationId, imageId } = dataset.get(row);
  const first = Buffer.from(dataset.get(0).image);
  dataset.close();
  const shard = join(root, split, 'shard-00000.arrow');
  const bytes = readFileSync(shard);
  const start = bytes.indexOf(first) + before.reduce((sum, length) => sum + length, 0);
  bytes[start + 100]! ^= 4;
  writeFileSync(shard, bytes);
  const changed = crc32(bytes.subarray(start, start + image.length));
  return `${shard}: row ${row}, annotation ${annotationId} (image ${imageId}): its stored image has changed since it was packed: expected crc32 ${crc32(image)}, got ${changed}. Pack the dataset again.`;
}

const settings = {
  model: 'limber-tiny',
  inputSize: [32, 32],
  epochs: 2,
  batchSize: 2,
  augmentation: {
    halfBody: null,
    scale: [0.9, 1.1],
    order: ['shift', 'scale', 'rotation', 'flip', './dim.mjs'],
  },
  lateAugmentation: { lastEpochs: 1, augmentation: { halfBody: null, rotation: { degrees: 5 } } },
  trainer: { logEveryNSteps: 1 },
  checkpoint: { everyNTrainSteps: 1 },
  workers: 0,
};
const tolerant = { onBadSample: 'skip', skipLimit: 1 };

async function train(
  name: string,
  changes: Record<string, unknown>,
  options: Partial<TrainKeypointsOptions> = {},
) {
  const folder = join(root, name);
  const out = { model: join(folder, 'model'), logs: join(folder, 'logs') };
  await trainKeypoints({
    config: trainConfigSchema.parse({ ...settings, ...changes }),
    train: join(root, 'train'),
    val: join(root, 'val'),
    folder: root,
    workDir: join(folder, 'work'),
    out,
    engine,
    ...options,
  });
  return {
    weights: readFileSync(join(out.model, 'weights.safetensors'), 'base64'),
    metrics: readFileSync(join(out.logs, 'metrics.jsonl'), 'utf8'),
    skipped: JSON.parse(readFileSync(join(out.logs, 'skipped.json'), 'utf8')) as unknown,
  };
}

test('a damaged person ends a training that tolerates none, by name', async () => {
  await expect(train('strict', {})).rejects.toMatchObject({
    code: 'corrupt-data',
    message: expect.stringMatching(/row [12], annotation [23] /) as string,
  });
});

test('skipped persons are named in the warnings and in the log, and a resumed training ends with the same bytes', async () => {
  const warnings: string[] = [];
  const whole = await train('whole', tolerant, { onWarning: (line) => warnings.push(line) });
  const [trained, validated] = reasons;
  expect(warnings.toSorted()).toEqual([
    `Skipped in train: ${trained}`,
    `Skipped in val: ${validated}`,
  ]);
  expect(whole.skipped).toEqual([
    { split: 'train', annotationId: 3, imageId: 3, reason: trained },
    { split: 'val', annotationId: 2, imageId: 2, reason: validated },
  ]);

  const controller = new AbortController();
  const interrupted = train('resumed', tolerant, {
    signal: controller.signal,
    onWarning(line) {
      if (line.startsWith('Skipped in train')) controller.abort();
    },
  });
  await expect(interrupted).rejects.toThrow(TrainingInterrupted);
  expect(await train('resumed', { ...tolerant, workers: 1 })).toEqual(whole);
});

test('more of them than the limit end the training', async () => {
  await expect(train('limited', { ...tolerant, skipLimit: 0 })).rejects.toMatchObject({
    code: 'limit-exceeded',
  });
});
