import type { Command } from 'commander';
import { addCleanCommand } from './clean-command.ts';
import { addCommitCommand } from './commit-command.ts';
import { addDiffCommand } from './diff-command.ts';
import { addExperimentsCommand } from './experiments-command.ts';
import { addGcCommand } from './gc-command.ts';
import { addGraphCommand } from './graph-command.ts';
import { addListCommand } from './list-command.ts';
import { addRunCommand, addWatchCommand } from './run-command.ts';
import { addSchemaCommand } from './schema-command.ts';
import { addShareCommands } from './share-commands.ts';
import { addStatusCommand } from './status-command.ts';
import { addSweepCommand } from './sweep-command.ts';
import { addVerifyCommand } from './verify-command.ts';
import { addWhyCommand } from './why-command.ts';

/** In the order of the help. */
const commands: readonly ((pipeline: Command) => void)[] = [
  addRunCommand,
  addWatchCommand,
  addSweepCommand,
  addExperimentsCommand,
  addListCommand,
  addWhyCommand,
  addGraphCommand,
  addStatusCommand,
  addDiffCommand,
  addSchemaCommand,
  addShareCommands,
  addVerifyCommand,
  addCommitCommand,
  addCleanCommand,
  addGcCommand,
];

/** `limber pipeline run | watch | sweep | experiments | list | why | graph | status | diff | schema | push | pull | verify | commit | clean | gc` */
export function addPipelineCommand(program: Command): void {
  const pipeline = program.command('pipeline').description('run pipelines of cached stages');
  for (const add of commands) add(pipeline);
}
