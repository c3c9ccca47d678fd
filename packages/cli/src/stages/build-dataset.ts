import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CocoSourceOptions, Source } from '@limber/dataset-builder';
import { LimberError } from '@limber/files';
import type { StageModule } from '@limber/runner';
import { z } from 'zod';
import { describeFindings } from '../describe-findings.ts';

interface BuildDatasetParameters {
  readonly seed: number;
  /** The part of the groups that goes to validation; what is left after `val` and `test` is for training. */
  readonly val: number;
  readonly test: number;
  /** Refuse what would only be warned of. */
  readonly strict: boolean;
}

const fraction = z.number().min(0).max(1);

/**
 * Checks a COCO folder and splits it into train, val and test.
 *
 * With a second folder `val`, nothing is drawn from the first: it is for training, the second for validation. A file
 * `skeleton` states sigmas, pairs and limbs of the joints.
 */
const stage: StageModule<BuildDatasetParameters> = {
  params: z
    .strictObject({
      seed: z.number().int().nonnegative(),
      val: fraction,
      test: fraction.default(0),
      strict: z.boolean().default(false),
    })
    .superRefine(({ val, test }, context) => {
      if (val + test < 1) return;
      const message = `expected val and test to leave a part for training, below ${Number((1 - test).toFixed(3))}`;
      context.addIssue({ code: 'custom', path: ['val'], input: val, message });
    }),
  async run({ params, inputs, outputs, progress, warn, signal }) {
    const { seed, val, test, strict } = params;
    const { buildDataset } = await import('@limber/dataset-builder');
    const { data, val: validation, skeleton } = inputs;
    const reading = { strict, ...(skeleton === undefined ? {} : { skeleton }) };
    const sources =
      validation === undefined
        ? [await openFolder(data!, reading)]
        : [
            await openFolder(data!, { ...reading, split: 'train' }),
            await openFolder(validation, { ...reading, split: 'val' }),
          ];
    const summary = await buildDataset({
      sources,
      out: outputs['dataset']!,
      splits: { train: 1 - val - test, val, test },
      seed,
      strict,
      signal,
      onProgress: ({ done }) => progress(`${done} images`),
    });
    for (const line of describeFindings(summary)) warn(line);
    const persons = summary.splits.map(({ name, persons: count }) => [`${name} persons`, count]);
    return { metrics: Object.fromEntries(persons) as Record<string, number> };
  },
};
export default stage;

async function openFolder(
  folder: string,
  reading: Omit<CocoSourceOptions, 'annotations' | 'images'>,
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
  const { cocoSource } = await import('@limber/dataset-builder');
  return cocoSource({ annotations, images, ...reading });
}
