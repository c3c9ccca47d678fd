import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildDataset, cocoSource } from '@limber/dataset-builder';
import type { Source } from '@limber/dataset-builder';
import { describeFindings } from '../describe-findings.ts';
import { LimberError } from '@limber/files';
import type { StageContext, StageModule, StageResult } from '@limber/runner';
import type { BuildDatasetParameters } from './stage-parameters.ts';

/**
 * Checks a COCO folder and splits it into train, val and test.
 *
 * With a second folder `val`, nothing is drawn from the first: it is for training, the second for validation.
 */
const stage: StageModule = { run };
export default stage;

async function run(context: StageContext): Promise<StageResult> {
  const { seed, val, test, strict } = context.params as BuildDatasetParameters;
  const { data, val: validation } = context.inputs;
  const sources =
    validation === undefined
      ? [await openFolder(data!, strict)]
      : [await openFolder(data!, strict, 'train'), await openFolder(validation, strict, 'val')];
  const summary = await buildDataset({
    sources,
    out: context.outputs['dataset']!,
    splits: { train: 1 - val - test, val, test },
    seed,
    strict,
    onProgress: ({ done }) => context.progress(`${done} images`),
  });
  for (const line of describeFindings(summary)) context.warn(line);
  const persons = summary.splits.map(({ name, persons: count }) => [`${name} persons`, count]);
  return { metrics: Object.fromEntries(persons) as Record<string, number> };
}

async function openFolder(
  folder: string,
  strict: boolean,
  split?: 'train' | 'val',
): Promise<Source> {
  const annotations = join(folder, 'annotations.json');
  const images = join(folder, 'images');
  for (const path of [annotations, images]) {
    if (existsSync(path)) continue;
    throw new LimberError('missing-file', {
      where: path,
      what: 'not there',
      expected: 'a folder with annotations.json (COCO keypoints) and images/',
    });
  }
  return cocoSource({ annotations, images, strict, ...(split === undefined ? {} : { split }) });
}
