import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packDataset } from '@limber/dataset-loader';
import { LimberError } from '@limber/files';
import type { StageContext, StageModule, StageResult } from '@limber/runner';
import type { PackParameters } from './stage-parameters.ts';

/** Packs each split that the stage has an output for, such as `train`, into a folder of Arrow shards. */
const stage: StageModule = { run };
export default stage;

async function run(context: StageContext): Promise<StageResult> {
  const { inputSize, corrupt } = context.params as PackParameters;
  const [height, width] = inputSize;
  const dataset = context.inputs['dataset']!;
  const metrics: Record<string, number> = {};
  for (const [split, out] of Object.entries(context.outputs)) {
    const annotations = join(dataset, `${split}.json`);
    if (!existsSync(annotations)) throw noSuchSplit(split, annotations);
    const summary = await packDataset({
      annotations,
      images: join(dataset, 'images'),
      out,
      inputSize: { height, width },
      corrupt,
      onProgress: ({ done, total }) => context.progress(`${split}: ${done} of ${total} persons`),
    });
    metrics[`${split} persons`] = summary.rows;
  }
  return { metrics };
}

function noSuchSplit(split: string, file: string): LimberError {
  return new LimberError('missing-file', {
    where: file,
    what: `the dataset has no split "${split}"`,
    fix: 'Give the split a share above 0, or take it from the outputs of the stage.',
  });
}
