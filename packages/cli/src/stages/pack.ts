import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import type { StageModule } from '@limber/runner';
import { z } from 'zod';

interface PackParameters {
  /** Height and width of the model's input, in pixels: stored crops are as fine as it needs. */
  readonly inputSize: readonly [height: number, width: number];
  /** What to do with an image that cannot be decoded. */
  readonly corrupt: 'throw' | 'skip';
}

const sidePx = z.number().int().positive();

/** Packs each split that the stage has an output for, such as `train`, into a folder of Arrow shards. */
const stage: StageModule<PackParameters> = {
  params: z.strictObject({
    inputSize: z.tuple([sidePx, sidePx]),
    corrupt: z.enum(['throw', 'skip']).default('throw'),
  }),
  async run({ params, inputs, outputs, progress, signal }) {
    const { packDataset } = await import('@limber/dataset-loader');
    const [height, width] = params.inputSize;
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
        corrupt: params.corrupt,
        signal,
        onProgress: ({ done, total }) => progress(`${split}: ${done} of ${total} persons`),
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
