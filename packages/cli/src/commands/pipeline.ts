import type { Command } from 'commander';
import type { SetExitCode } from '../program.ts';
import { addPipelineComparisons } from './pipeline/comparisons.ts';
import { addPipelineQuestions } from './pipeline/questions.ts';
import { addPipelineRuns } from './pipeline/runs.ts';
import { addPipelineStorage } from './pipeline/storage.ts';

/** `limber pipeline run | watch | list | why | graph | status | diff | schema | push | pull | clean | gc`. */
export function addPipelineCommands(program: Command, setExitCode: SetExitCode): void {
  const pipeline = program.command('pipeline').description('run pipelines of cached stages');
  addPipelineRuns(pipeline, setExitCode);
  addPipelineQuestions(pipeline);
  addPipelineComparisons(pipeline);
  addPipelineStorage(pipeline);
}
