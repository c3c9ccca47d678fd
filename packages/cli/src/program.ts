import { createRequire } from 'node:module';
import addCompletion from '@bomb.sh/tab/commander';
import { Command } from 'commander';
import { addBenchCommand } from './commands/bench/bench-command.ts';
import { addCheckpointCommand } from './commands/checkpoint/checkpoint-command.ts';
import { addDatasetCommand } from './commands/dataset/dataset-command.ts';
import { addDoctorCommand } from './commands/doctor/doctor-command.ts';
import { addEvaluateCommand } from './commands/evaluate/evaluate-command.ts';
import { addExportCommand } from './commands/export/export-command.ts';
import { addInitCommand } from './commands/init/init-command.ts';
import { addLaunchCommand } from './commands/launch/launch-command.ts';
import { addModelsCommand } from './commands/models/models-command.ts';
import { addPackCommand } from './commands/pack/pack-command.ts';
import { addPipelineCommand } from './commands/pipeline/pipeline-command.ts';
import { addPredictCommand } from './commands/predict/predict-command.ts';
import { addReportCommand } from './commands/report/report-command.ts';
import { addSetupCommand } from './commands/setup/setup-command.ts';
import { addTrainCommand } from './commands/train/train-command.ts';
import { addRunViewCommand } from './commands/view/view-command.ts';
import { completeValues } from './terminal/complete-values.ts';
import { completeHelp } from './terminal/help.ts';

/** Every command, in the order of the help. Each has a folder of its own, and adds itself with its options. */
const commands: readonly ((program: Command) => void)[] = [
  addSetupCommand,
  addDoctorCommand,
  addInitCommand,
  addPipelineCommand,
  addDatasetCommand,
  addPackCommand,
  addTrainCommand,
  addLaunchCommand,
  addRunViewCommand,
  addReportCommand,
  addCheckpointCommand,
  addEvaluateCommand,
  addPredictCommand,
  addExportCommand,
  addModelsCommand,
  addBenchCommand,
];

/**
 * The `limber` command line. A command loads what it needs when it runs, so that all of them start fast, and sets
 * `process.exitCode` if it is not 0.
 */
export function createProgram(): Command {
  const require = createRequire(import.meta.url);
  const { version } = require('@limber/cli/package.json') as { readonly version: string };
  const program = new Command('limber')
    .version(version)
    .description('Trains human-pose keypoint models from Node.js.')
    .showSuggestionAfterError()
    .showHelpAfterError('(see --help)')
    .exitOverride();
  for (const add of commands) add(program);
  addCompletion(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')!
    .description('print what completes these words in a shell: bash, zsh, fish or powershell');
  completeValues(program);
  completeHelp(program);
  return program;
}
