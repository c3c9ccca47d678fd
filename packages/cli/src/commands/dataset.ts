import type { Command } from 'commander';

interface BuildOptions {
  readonly images?: string;
  readonly val: string;
  readonly test: string;
  readonly seed: string;
  readonly strict?: true;
}

/** `limber dataset build` and `limber pack`. */
export function addDatasetCommands(program: Command): void {
  const dataset = program.command('dataset').description('build datasets');
  dataset
    .command('build')
    .description('check COCO keypoint annotations and split them into train, val and test')
    .argument('<annotations.json>')
    .argument('<out>', 'the folder to write')
    .option('--images <folder>', 'where the pictures are (default: images/ beside the annotations)')
    .option('--val <fraction>', 'the part of the groups for validation', '0.1')
    .option('--test <fraction>', 'the part of the groups for testing', '0')
    .option('--seed <number>', 'what the split is drawn by', '1')
    .option('--strict', 'refuse points and boxes outside their image')
    .action(async (annotations: string, out: string, options: BuildOptions) => {
      const { buildFromFile } = await import('../build-from-file.ts');
      await buildFromFile(annotations, out, options);
    });
  program
    .command('pack')
    .description('pack one split of a built dataset into Arrow shards')
    .argument('<dataset>', 'the folder that `limber dataset build` wrote')
    .argument('<out>', 'the folder to write')
    .option('--split <name>', 'train, val or test', 'train')
    .option('--input-size <height>x<width>', 'of the model that will look at it', '256x192')
    .action(async (folder: string, out: string, options: { split: string; inputSize: string }) => {
      const { packFromFolder } = await import('../build-from-file.ts');
      await packFromFolder(folder, out, options);
    });
}
