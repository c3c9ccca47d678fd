import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { augmentationSchema, defaultAugmentation } from '@limber/dataset-loader/augmentation';
import type { Augmentation } from '@limber/dataset-loader';
import type { Part } from '@limber/files';
import { LimberError } from '@limber/files';
import type { StageModule } from '@limber/runner';
import { z } from 'zod';
import { partSchema } from '../options/part-schema.ts';

interface PackParameters {
  /** Height and width of the model's input, in pixels: stored crops are as fine as it needs. */
  readonly inputSize: readonly [height: number, width: number];
  /** What to train with, and later with: crops reach as far as it looks. What it does to pixels does not matter here. */
  readonly augmentation: Augmentation | null;
  readonly lateAugmentation: {
    readonly lastEpochs: number;
    readonly augmentation: Augmentation | null;
  } | null;
  /** What to do with an image that cannot be decoded. */
  readonly corrupt: 'throw' | 'skip';
  /** Which part of the images is packed, for a matrix; the stage join-shards makes one folder of all. */
  readonly part?: Part;
}

const sidePx = z.number().int().positive();

/** What changes pixels changes no crop: the stage need not run again for it. */
const viewSchema = augmentationSchema.transform((augmentation) => ({
  ...augmentation,
  flipProbability: defaultAugmentation.flipProbability,
  photometric: null,
  hsv: null,
  blur: null,
  medianBlur: null,
  coarseDropout: null,
  order: augmentation.order.filter((entry) => defaultAugmentation.order.includes(entry)),
}));
const lateSchema = z.strictObject({
  lastEpochs: z.number().int().min(1),
  augmentation: viewSchema.nullable(),
});

/** Packs each split that the stage has an output for, such as `train`, into a folder of Arrow shards. */
const stage: StageModule<PackParameters> = {
  params: z.strictObject({
    inputSize: z.tuple([sidePx, sidePx]),
    augmentation: viewSchema.nullable().prefault({}),
    lateAugmentation: lateSchema.nullable().default(null),
    corrupt: z.enum(['throw', 'skip']).default('throw'),
    part: partSchema.exactOptional(),
  }),
  async run({ params, inputs, outputs, progress, signal }) {
    const { packDataset } = await import('@limber/dataset-loader');
    const [height, width] = params.inputSize;
    const { augmentation, lateAugmentation: late } = params;
    const augmentations = late === null ? [augmentation] : [augmentation, late.augmentation];
    const dataset = inputs['dataset']!;
    const metrics: Record<string, number> = {};
    for (const [split, out] of Object.entries(outputs)) {
      const annotations = join(dataset, `${split}.json`);
      if (!existsSync(annotations)) throw noSuchSplit(split, annotations);
      const summary = await packDataset({
        annotations,
        images: join(dataset, 'images'),
        out,
        inputSize: { height, width },
        augmentations,
        corrupt: params.corrupt,
        ...(params.part && { part: params.part }),
        signal,
        onProgress: ({ done, total }) => progress(`${split}: ${done} of ${total} images`),
      });
      metrics[`${split} persons`] = summary.rows;
    }
    return { metrics };
  },
};
export default stage;

function noSuchSplit(split: string, file: string): LimberError {
  return new LimberError('missing-file', {
    where: file,
    what: `the dataset has no split "${split}"`,
    fix: 'Give the split a share above 0, or take it from the outputs of the stage.',
  });
}
