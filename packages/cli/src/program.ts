import { Command } from 'commander';
import { addBenchCommands } from './commands/bench.ts';
import { addDatasetCommands } from './commands/dataset.ts';
import { addEngineCommands } from './commands/engine.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addModelCommands } from './commands/models.ts';
import { addPipelineCommands } from './commands/pipeline.ts';
import { addTrainCommand } from './commands/train.ts';

/** Told the exit code of a command that ran to its end. */
export type SetExitCode = (code: number) => void;

/** The `limber` command line. Each command loads what it needs when it runs, so that all of them start fast. */
export function createProgram(setExitCode: SetExitCode): Command {
  const program = new Command('limber')
    .description('Trains human-pose keypoint models from Node.js.')
    .showSuggestionAfterError()
    .showHelpAfterError('(see --help)')
    .exitOverride();
  addEngineCommands(program, setExitCode);
  addPipelineCommands(program, setExitCode);
  addDatasetCommands(program);
  addTrainCommand(program);
  addEvaluateCommand(program);
  addModelCommands(program);
  addBenchCommands(program);
  return program;
}
