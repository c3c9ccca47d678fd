import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDataset, cocoSource } from '@limber/dataset-builder';
import { packDataset } from '@limber/dataset-loader';
import { readCoco } from '@limber/keypoints';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderPage } from '../pages/page.ts';
import { createReport } from './create-report.ts';
import { evaluatePredictions } from './evaluate-predictions.ts';
import { readEvaluation, writeEvaluation } from './evaluation-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limber-evaluation-'));
});
afterEach(() => rm(folder, { recursive: true }));

const joints = ['nose', 'left_wrist', 'right_wrist', 'left_hip', 'right_hip'];
const keypoints = [20, 10, 2, 10, 25, 2, 30, 25, 2, 15, 40, 2, 25, 40, 2];

/** What a user has: ids that are texts, in a file of their own. */
async function writeUserFile(): Promise<void> {
  await mkdir(join(folder, 'images'));
  const names = ['walk.png', 'run.png'];
  for (const [index, name] of names.entries()) {
    const background = { r: 200 * index, g: 90, b: 90 };
    await sharp({ create: { width: 40, height: 60, channels: 3, background } })
      .png()
      .toFile(join(folder, 'images', name));
  }
  const json = {
    images: names.map((file_name) => ({
      id: `img/${file_name}`,
      file_name,
      width: 40,
      height: 60,
    })),
    annotations: names.map((name) => ({
      id: `who/${name}`,
      image_id: `img/${name}`,
      category_id: 1,
      keypoints,
      bbox: [5, 5, 30, 45],
      area: 900,
    })),
    categories: [{ id: 1, name: 'person', keypoints: joints }],
  };
  await writeFile(join(folder, 'mine.json'), JSON.stringify(json));
}

test("predictions, persons and the report name the ids of the user's own file, through every file on the way", async () => {
  await writeUserFile();
  const dataset = join(folder, 'dataset');
  await buildDataset({
    sources: [
      await cocoSource({ annotations: join(folder, 'mine.json'), images: join(folder, 'images') }),
    ],
    out: dataset,
    splits: { train: 0, val: 1, test: 0 },
    seed: 1,
  });
  const shards = join(folder, 'shards');
  await packDataset({
    annotations: join(dataset, 'val.json'),
    images: join(dataset, 'images'),
    out: shards,
    inputSize: { height: 64, width: 48 },
    corrupt: 'throw',
  });
  const truth = await readCoco(join(shards, 'annotations.json'));
  const [first] = truth.annotations;
  const scored = keypoints.map((value, at) => (at % 3 === 2 ? 0.9 : value));
  const prediction = { image_id: first!.image_id, category_id: 1, keypoints: scored, score: 0.9 };
  const written = evaluatePredictions(truth, [prediction], {
    pckThreshold: 0.2,
    flipTest: false,
    bootstrap: 0,
    annotationIds: [first!.id],
  });
  await writeEvaluation(join(folder, 'evaluation'), written);
  const { predictions, persons, metrics } = await readEvaluation(join(folder, 'evaluation'));
  expect(predictions).toEqual([
    {
      ...prediction,
      annotation_id: 1,
      source_image_id: 'img/walk.png',
      source_annotation_id: 'who/walk.png',
    },
  ]);
  expect(persons.found).toMatchObject([{ annotationId: 1, sourceAnnotationId: 'who/walk.png' }]);
  expect(persons.notFound).toEqual([{ annotationId: 2, sourceAnnotationId: 'who/run.png' }]);
  expect(metrics.pck.perGroup.map(({ group }) => group)).toEqual([
    'face',
    'hands',
    'upper_body',
    'lower_body',
  ]);
  await mkdir(join(folder, 'logs'));
  await writeFile(join(folder, 'logs/metrics.jsonl'), '');
  await writeFile(join(folder, 'logs/config.json'), '{}');
  const report = await createReport({
    title: 'Mine',
    split: 'val',
    figures: 2,
    dataset,
    logs: join(folder, 'logs'),
    evaluation: join(folder, 'evaluation'),
  });
  const page = renderPage(report);
  expect(page).toContain('OKS 1.00 · annotation who/walk.png');
  expect(page).toContain('<figcaption>annotation who/run.png</figcaption>');
  expect(page).toContain('<td>all of: lower body</td>');
});
