import type { Command } from 'commander';
import { addBuildCommand } from './build-command.ts';
import { addConvertCommand } from './convert-command.ts';
import { addLabelCommand } from './label-command.ts';
import { addLintCommand } from './lint-command.ts';
import { addMergeCommand } from './merge-command.ts';
import { addStatsCommand } from './stats-command.ts';
import { addViewCommand } from './view-command.ts';

/** `limber dataset build | label | lint | stats | view | convert | merge` */
export function addDatasetCommand(program: Command): void {
  const dataset = program
    .command('dataset')
    .description('build, label, check and convert datasets');
  addBuildCommand(dataset);
  addLabelCommand(dataset);
  addLintCommand(dataset);
  addStatsCommand(dataset);
  addViewCommand(dataset);
  addConvertCommand(dataset);
  addMergeCommand(dataset);
}
