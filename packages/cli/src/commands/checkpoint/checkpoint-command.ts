import type { Command } from 'commander';
import { addDiffCommand } from './diff-command.ts';
import { addInspectCommand } from './inspect-command.ts';
import { addVerifyCommand } from './verify-command.ts';

/** `limber checkpoint inspect | verify | diff` */
export function addCheckpointCommand(program: Command): void {
  const checkpoint = program
    .command('checkpoint')
    .description('look into the checkpoints of a training');
  addInspectCommand(checkpoint);
  addVerifyCommand(checkpoint);
  addDiffCommand(checkpoint);
}
