import { dirname } from 'node:path';
import type { Augmentation, LoaderOptions } from '@limber/dataset-loader';
import { writeFileAtomic } from '@limber/files';
import type { Command } from 'commander';
import { wholeNumber } from '../../options/option-values.ts';
import { seedOption } from '../../options/shared-options.ts';
import { printLine } from '../../terminal/print-result.ts';

interface ViewOptions {
  readonly out: string;
  readonly augmented: boolean;
  readonly train?: string;
  readonly epoch: number;
  readonly count: number;
  readonly seed: number;
}

/** What persons are changed by, and what the model sees of them. */
type Look = Pick<LoaderOptions, 'augmentation' | 'lateAugmentation' | 'folder'> & {
  readonly inputSize: { readonly height: number; readonly width: number };
};

/** `limber dataset view` */
export function addViewCommand(dataset: Command): void {
  dataset
    .command('view')
    .description('draw persons of packed shards with their joints, as a model sees them')
    .argument('<shards>', 'the folder that `limber pack` wrote')
    .option('--out <file>', 'where the sheet goes: .jpg, .png or .webp', 'view.jpg')
    .option('--augmented', 'varied as in training; by default as MMPose does', false)
    .option('--train <file>', 'the training file whose inputSize and augmentation are taken')
    .option('--epoch <n>', 'of the training, counted from 0', wholeNumber(0), 0)
    .option('--count <n>', 'how many persons, up to 32', wholeNumber(1), 32)
    .addOption(seedOption('persons and variations', 0))
    .action(view);
}

async function view(shards: string, options: ViewOptions): Promise<void> {
  const { KeypointDataset, KeypointLoader } = await import('@limber/dataset-loader');
  const { drawContactSheet } = await import('@limber/pose-trainer/contact-sheet');
  const { out, epoch, count, seed } = options;
  const dataset = await KeypointDataset.open(shards);
  try {
    const { inputSize, ...look } = await lookOf(options, dataset.inputSize);
    const { skeleton } = dataset;
    const loader = new KeypointLoader(dataset, {
      ...look,
      batchSize: Math.min(count, dataset.size),
      codec: { type: 'msra-heatmap', inputSize, heatmapSize: inputSize },
      seed,
      shuffle: true,
      dropLast: false,
      workers: 0,
      prefetch: 1,
    });
    for await (const batch of loader.batches(epoch)) {
      await writeFileAtomic(out, await drawContactSheet(batch, { skeleton, inputSize, file: out }));
      const mirrored = options.augmented ? '; mirrored ones are framed' : '';
      printLine(`${batch.size} of ${dataset.size} persons in ${out}${mirrored}`);
      break;
    }
  } finally {
    dataset.close();
  }
}

async function lookOf({ augmented, train }: ViewOptions, packed: Look['inputSize']): Promise<Look> {
  const { defaultAugmentation } = await import('@limber/dataset-loader/augmentation');
  const chosen = (augmentation: Augmentation | null): Augmentation | null =>
    augmented ? augmentation : null;
  if (train === undefined) {
    return { inputSize: packed, augmentation: chosen(defaultAugmentation) };
  }
  const { readTrainFile } = await import('../train/train-file.ts');
  const { lateAugmentationOf } = await import('@limber/pose-trainer/config');
  const { train: config } = await readTrainFile(train);
  const [height, width] = config.inputSize;
  const late = augmented ? lateAugmentationOf(config) : null;
  return {
    inputSize: { height, width },
    augmentation: chosen(config.augmentation),
    lateAugmentation: late,
    folder: dirname(train),
  };
}
