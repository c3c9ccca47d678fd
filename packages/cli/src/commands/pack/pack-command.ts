import { join } from 'node:path';
import type { PackOptions as Packing } from '@limber/dataset-loader';
import { createProgressWriter } from '@limber/files';
import type { Command } from 'commander';
import { inputSizeOption } from '../../options/shared-options.ts';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { counted } from '../../terminal/counted.ts';
import { Interrupted } from '../../terminal/interrupted.ts';
import { printLine } from '../../terminal/print-result.ts';

interface PackOptions {
  readonly split: string;
  readonly inputSize: { readonly height: number; readonly width: number };
  readonly train?: string;
}

/** `limber pack` */
export function addPackCommand(program: Command): void {
  program
    .command('pack')
    .description('pack one split of a built dataset into Arrow shards')
    .argument('<dataset>', 'the folder that `limber dataset build` wrote')
    .argument('<out>', 'the folder to write')
    .option('--split <name>', 'train, val or test', 'train')
    .addOption(inputSizeOption())
    .option('--train <file>', 'the training file whose inputSize and augmentation it is packed for')
    .action(pack);
}

async function pack(dataset: string, out: string, options: PackOptions): Promise<void> {
  const { packDataset } = await import('@limber/dataset-loader');
  const { split, inputSize, train } = options;
  const progress = createProgressWriter(process.stderr);
  const signal = abortOnSignals();
  const { rows } = await packDataset({
    annotations: join(dataset, `${split}.json`),
    images: join(dataset, 'images'),
    out,
    ...(train === undefined ? { inputSize } : await readTraining(train)),
    corrupt: 'throw',
    signal,
    onProgress: (amount) => {
      progress.report({ message: 'Packing images', amount: { ...amount, unit: 'items' } });
    },
  })
    .catch((error: unknown) => {
      throw signal.aborted ? new Interrupted(signal) : error;
    })
    .finally(() => progress.end());
  printLine(`${counted(rows, 'person')} packed into ${out}`);
}

/** What a training looks at. */
async function readTraining(file: string): Promise<Pick<Packing, 'inputSize' | 'augmentations'>> {
  const { readTrainFile } = await import('../train/train-file.ts');
  const { inputSize, augmentation, lateAugmentation } = (await readTrainFile(file)).train;
  const [height, width] = inputSize;
  const late = lateAugmentation === null ? [] : [lateAugmentation.augmentation];
  return { inputSize: { height, width }, augmentations: [augmentation, ...late] };
}
