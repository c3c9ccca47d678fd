import type { Command } from 'commander';
import { addBuildCommand } from './build-command.ts';

/** `limber dataset build` */
export function addDatasetCommand(program: Command): void {
  const dataset = program.command('dataset').description('build datasets');
  addBuildCommand(dataset);
}
