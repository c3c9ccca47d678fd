import type { Command } from 'commander';
import { addReadOptions, addWriteOptions } from '../../options/dataset-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import type { BuildCommandOptions } from './build-command.ts';
import { addSplitOptions, runBuild } from './build-command.ts';

/** `limber dataset merge` */
export function addMergeCommand(dataset: Command): void {
  const command = dataset
    .command('merge')
    .description('build one dataset of several, each of any format')
    .argument('<out>', 'the folder to write')
    .argument('<datasets...>', 'folders or files of annotations');
  addSplitOptions(addWriteOptions(addReadOptions(command)))
    .addOption(jsonOption())
    .action(async (out: string, paths: readonly string[], options: BuildCommandOptions) => {
      await runBuild(paths, out, options);
    });
}
