import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LimberError } from '@limber/files';
import type {
  ExecutorName,
  PipelineEvent,
  PipelineResult,
  RunPipelineOptions,
} from '@limber/runner';
import { createConsoleReporter, PipelineError, runPipeline, watchPipeline } from '@limber/runner';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { printResult } from '../../terminal/print-result.ts';
import { describeRun } from './describe-run.ts';
import { recordAnswer } from './keep-unchanged.ts';
import { lockFileOf } from './lock-file-name.ts';
import { openPipeline } from './open-pipeline.ts';
import { readProvenance } from './provenance.ts';

/** The options of `limber pipeline watch`. */
export interface SharedRunOptions {
  readonly set: readonly string[];
  readonly jobs?: number;
  readonly keepGoing: boolean;
  readonly remote?: string;
  readonly executor?: ExecutorName;
}

/** The options of `limber pipeline run`. */
export interface RunOptions extends SharedRunOptions {
  readonly only: readonly string[];
  readonly from: readonly string[];
  readonly force: readonly string[];
  readonly lock: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Runs a pipeline: progress on standard error, the outcome on standard output. @returns the exit code. */
export async function runOnce(name: string | undefined, options: RunOptions): Promise<number> {
  const { only, from, force, lock, dryRun, json } = options;
  const recording = dryRun || json ? undefined : recordAnswer(process.argv.slice(2));
  try {
    const request = await requestOf(name, options, recording?.onEvent);
    const result = await runPipeline({ ...request, only, from, force, dryRun });
    const isWhole = !dryRun && result.outcome === 'done' && only.length + from.length === 0;
    if (isWhole) await writeLock(request, result, lock);
    await writeReport(result);
    const lines = (): string[] => describeRun(result, { name: name!, set: options.set });
    printResult(result, { json, lines: dryRun ? () => [] : lines });
    recording?.end(result);
    return exitCodeOf(result);
  } catch (error) {
    recording?.end();
    throw error;
  }
}

/** The page of the run itself, which says more than that of its report stage. */
async function writeReport({ outcome, runDir, stages }: PipelineResult): Promise<void> {
  const hasReport = stages.some(({ outputs }) => Object.hasOwn(outputs, 'report'));
  if (runDir === null || outcome !== 'done' || !hasReport) return;
  const file = join(runDir, 'report.html');
  if (existsSync(file)) return;
  const { writeRunReport } = await import('../../report/run-report.ts');
  await writeRunReport(file);
}

/**
 * A lock file is written when it is asked for. One that is there follows by itself, but for runs with
 * `--set`: it says what the commit makes, not what was tried out.
 */
async function writeLock(
  { file, workspace, overrides = [] }: RunPipelineOptions,
  result: PipelineResult,
  isAsked: boolean,
): Promise<void> {
  const lockFile = lockFileOf(resolve(workspace, file));
  if (!isAsked && (overrides.length > 0 || !existsSync(lockFile))) return;
  const { writeLockFile } = await import('./lock-file.ts');
  const written = writeLockFile(lockFile, result);
  if (written !== undefined) process.stderr.write(`Written: ${written}\n`);
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

/** The request that all commands make of the runner. */
export async function requestOf(
  name: string | undefined,
  { set, jobs, keepGoing, remote, executor }: SharedRunOptions,
  onEvent?: (event: PipelineEvent) => void,
): Promise<RunPipelineOptions> {
  if (name === undefined) throw noName();
  const report = createConsoleReporter(process.stderr);
  return {
    ...(await openPipeline(name)),
    overrides: set,
    keepGoing,
    provenance: () => readProvenance(process.cwd(), { name, set }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(remote === undefined ? {} : { remote }),
    ...(executor === undefined ? {} : { executor }),
    onEvent(event) {
      onEvent?.(event);
      report(event);
    },
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

/** The exit code that a run's outcome comes to. */
export function exitCodeOf({ outcome, stages, signal }: PipelineResult): number {
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
