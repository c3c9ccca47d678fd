import { LimberError } from '@limber/files';
import type { PipelineResult, RunPipelineOptions } from '@limber/runner';
import { createConsoleReporter, PipelineError, runPipeline, watchPipeline } from '@limber/runner';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { printResult } from '../../terminal/print-result.ts';
import { describeRun } from './describe-run.ts';
import { openPipeline } from './open-pipeline.ts';

/** The options of `limber pipeline watch`. */
export interface SharedRunOptions {
  readonly set: readonly string[];
  readonly jobs?: number;
  readonly keepGoing: boolean;
  readonly remote?: string;
}

/** The options of `limber pipeline run`. */
export interface RunOptions extends SharedRunOptions {
  readonly only: readonly string[];
  readonly from: readonly string[];
  readonly force: readonly string[];
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Runs a pipeline: progress on standard error, the outcome on standard output. @returns the exit code. */
export async function runOnce(name: string | undefined, options: RunOptions): Promise<number> {
  const { only, from, force, dryRun, json } = options;
  const request = await requestOf(name, options);
  const result = await runPipeline({ ...request, only, from, force, dryRun });
  const lines = (): string[] => describeRun(result, { name: name!, set: options.set });
  printResult(result, { json, lines: dryRun ? () => [] : lines });
  return exitCodeOf(result);
}

/** Runs a pipeline now and whenever something that it depends on changes, until Ctrl-C. */
export async function runOnChanges(
  name: string | undefined,
  options: SharedRunOptions,
): Promise<void> {
  await watchPipeline({
    ...(await requestOf(name, options)),
    signal: abortOnSignals(),
    onRun(outcome) {
      if (outcome instanceof PipelineError) process.stderr.write(`${outcome.message}\n`);
      process.stderr.write('Waiting for changes; Ctrl-C ends it.\n');
    },
  });
}

async function requestOf(
  name: string | undefined,
  { set, jobs, keepGoing, remote }: SharedRunOptions,
): Promise<RunPipelineOptions> {
  if (name === undefined) throw noName();
  return {
    ...(await openPipeline(name)),
    overrides: set,
    keepGoing,
    ...(jobs === undefined ? {} : { jobs }),
    ...(remote === undefined ? {} : { remote }),
    onEvent: createConsoleReporter(process.stderr),
  };
}

function noName(): LimberError {
  return new LimberError('invalid-argument', {
    where: 'limber pipeline run',
    what: 'no pipeline named',
    expected: 'a name such as squat',
    fix: 'With nx, give everything without "--" before it: nx run runner:pipeline squat --dry-run. What stands before a lone "--" is dropped.',
  });
}

function exitCodeOf({ outcome, stages, signal }: PipelineResult): number {
  switch (outcome) {
    case 'done':
      return exitCodes.done;
    case 'interrupted':
      return signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
    case 'failed':
      return stages.some(({ invalidInput }) => invalidInput === true)
        ? exitCodes.invalid
        : exitCodes.failed;
  }
}
