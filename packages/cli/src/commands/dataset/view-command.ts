import type { Command } from 'commander';
import type { ReadOptions } from '../../options/dataset-options.ts';
import { addReadOptions } from '../../options/dataset-options.ts';
import { wholeNumber } from '../../options/option-values.ts';
import { portOption, seedOption } from '../../options/shared-options.ts';

/** The options of `limber dataset view`. */
export interface ViewCommandOptions extends ReadOptions {
  readonly port: number;
  readonly dataset?: string;
  readonly checkImages: boolean;
  readonly followLinks: boolean;
  readonly train?: string;
  readonly seed: number;
  readonly out?: string;
  readonly augmented: boolean;
  readonly epoch: number;
  readonly count: number;
}

/** `limber dataset view` */
export function addViewCommand(dataset: Command): void {
  const command = dataset
    .command('view')
    .description(
      'browse persons with their joints, in a page that only this machine can open; or draw some on a sheet',
    )
    .argument('<dataset>', 'a dataset of any format, packed shards, COCO results, or a run');
  addReadOptions(command)
    .option('--dataset <path>', 'for results: the dataset or the photographs that they are of')
    .option('--check-images', 'check every image too, as `limber dataset lint` does', false)
    .option('--follow-links', 'show images that links lead to outside of their folder', false)
    .addOption(portOption())
    .option('--train <file>', 'the training file whose inputSize and augmentation are taken')
    .addOption(seedOption('persons and variations', 0))
    .option('--out <file>', 'draw a sheet of packed shards instead: .jpg, .png or .webp')
    .option('--augmented', 'on the sheet (by default view.jpg): varied as in training', false)
    .option('--epoch <n>', 'of the sheet, counted from 0', wholeNumber(0), 0)
    .option('--count <n>', 'how many persons the sheet has, up to 32', wholeNumber(1), 32)
    .action(async (path: string, options: ViewCommandOptions) => {
      if (options.out === undefined && !options.augmented) {
        const { runViewer } = await import('../../viewer/run-viewer.ts');
        return runViewer(path, options);
      }
      const { drawSheet } = await import('./draw-sheet.ts');
      await drawSheet(path, { ...options, out: options.out ?? 'view.jpg' });
    });
}
