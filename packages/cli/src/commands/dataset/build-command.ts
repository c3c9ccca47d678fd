import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { toNumber } from '../../options/option-values.ts';
import { seedOption } from '../../options/shared-options.ts';
import { printLine } from '../../terminal/print-result.ts';

interface BuildOptions {
  readonly images?: string;
  readonly val: number;
  readonly test: number;
  readonly seed: number;
  readonly skeleton?: string;
  readonly strict: boolean;
}

/** `limber dataset build` */
export function addBuildCommand(dataset: Command): void {
  dataset
    .command('build')
    .description('check COCO keypoint annotations and split them into train, val and test')
    .argument('<annotations.json>')
    .argument('<out>', 'the folder to write')
    .option('--images <folder>', 'where the images are (default: images/ beside the annotations)')
    .option('--val <fraction>', 'the part of the groups for validation', toNumber, 0.1)
    .option('--test <fraction>', 'the part of the groups for testing', toNumber, 0)
    .addOption(seedOption('split', 1))
    .option('--skeleton <file>', 'a category as JSON: keypoints, and sigmas, pairs and limbs')
    .option('--strict', 'refuse what would only be warned of', false)
    .action(build);
}

async function build(
  annotations: string,
  out: string,
  { images = join(dirname(annotations), 'images'), ...options }: BuildOptions,
): Promise<void> {
  const { val, test, seed, skeleton, strict } = options;
  const { buildDataset, cocoSource } = await import('@limber/dataset-builder');
  const { describeFindings } = await import('../../describe-findings.ts');
  const summary = await buildDataset({
    sources: [await cocoSource({ annotations, images, strict, ...(skeleton && { skeleton }) })],
    out,
    splits: { train: 1 - val - test, val, test },
    seed,
    strict,
  });
  for (const line of describeFindings(summary)) process.stderr.write(`${line}\n`);
  for (const { name, images: imageCount, persons } of summary.splits) {
    printLine(`${name}: ${imageCount} images, ${persons} persons`);
  }
}
