import { join } from 'node:path';
import type { Command } from 'commander';
import { inputSizeOption } from '../../options/shared-options.ts';
import { printLine } from '../../terminal/print-result.ts';

interface PackOptions {
  readonly split: string;
  readonly inputSize: { readonly height: number; readonly width: number };
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
    .action(pack);
}

async function pack(
  dataset: string,
  out: string,
  { split, inputSize }: PackOptions,
): Promise<void> {
  const { packDataset } = await import('@limber/dataset-loader');
  const { rows } = await packDataset({
    annotations: join(dataset, `${split}.json`),
    images: join(dataset, 'images'),
    out,
    inputSize,
    corrupt: 'throw',
  });
  printLine(`${rows} persons`);
}
