import type { WrittenFormat } from '@limber/dataset-builder';
import type { Command } from 'commander';
import { Option } from 'commander';
import { addReadOptions, addWriteOptions } from '../../options/dataset-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import type { BuildCommandOptions } from './build-command.ts';
import { runBuild } from './build-command.ts';

const writtenFormats: readonly WrittenFormat[] = ['coco', 'yolo-pose', 'cvat', 'label-studio'];

/** `limber dataset convert`: the splits stay as they are, and what has none is for training. */
export function addConvertCommand(dataset: Command): void {
  const command = dataset
    .command('convert')
    .description('write a dataset of any format as another one')
    .argument('<dataset>', 'a folder or a file of annotations; its format is recognised')
    .argument('<out>', 'the folder to write')
    .addOption(
      new Option('--to <format>', 'the format to write')
        .choices(writtenFormats)
        .makeOptionMandatory(),
    );
  addWriteOptions(addReadOptions(command)).addOption(jsonOption()).action(convert);
}

async function convert(
  path: string,
  out: string,
  options: Omit<BuildCommandOptions, 'val' | 'test' | 'seed'> & { readonly to: WrittenFormat },
): Promise<void> {
  await runBuild([path], out, { ...options, val: 0, test: 0, seed: 1 });
}
