import type { Command } from 'commander';
import { addBuildCommand } from './build-command.ts';
import { addConvertCommand } from './convert-command.ts';
import { addLintCommand } from './lint-command.ts';
import { addMergeCommand } from './merge-command.ts';
import { addStatsCommand } from './stats-command.ts';

/** `limber dataset build | split | lint | stats | convert | merge` */
export function addDatasetCommand(program: Command): void {
  const dataset = program.command('dataset').description('build, check and convert datasets');
  addBuildCommand(dataset);
  addLintCommand(dataset);
  addStatsCommand(dataset);
  addConvertCommand(dataset);
  addMergeCommand(dataset);
}
