import type { Command } from 'commander';
import { addBuildCommand } from './build-command.ts';
import { addConvertCommand } from './convert-command.ts';
import { addMergeCommand } from './merge-command.ts';

/** `limber dataset build | split | convert | merge` */
export function addDatasetCommand(program: Command): void {
  const dataset = program.command('dataset').description('build, check and convert datasets');
  addBuildCommand(dataset);
  addConvertCommand(dataset);
  addMergeCommand(dataset);
}
