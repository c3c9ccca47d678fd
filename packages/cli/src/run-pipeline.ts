import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import type { PipelineResult, RunPipelineOptions } from '@limber/runner';
import {
  createConsoleReporter,
  findPipeline,
  PipelineError,
  runPipeline,
  watchPipeline,
} from '@limber/runner';
import { abortOnSignals } from './abort-on-signals.ts';
import { exitCodes } from './exit-codes.ts';
import { printJson } from './print-json.ts';
import { stages } from './stages/registry.ts';

export interface RunFromCommandLineOptions {
  readonly set: readonly string[];
  readonly only: readonly string[];
  readonly from: readonly string[];
  readonly force: readonly string[];
  readonly dryRun?: true;
  readonly jobs?: number;
  readonly keepGoing?: true;
  readonly remote?: string;
  readonly json?: true;
}

/** `limber pipeline run`: progress on standard error, the outcome on standard output. @returns the exit code. */
export async function runFromCommandLine(
  name: string | undefined,
  options: RunFromCommandLineOptions,
): Promise<number> {
  if (name === undefined) throw noName();
  const { only, from, force, dryRun = false, json } = options;
  const result = await runPipeline({ ...request(name, options), only, from, force, dryRun });
  if (json === true) printJson(result);
  else if (!dryRun && result.outcome === 'done') process.stdout.write(lastWords(result));
  return exitCodeOf(result);
}

/** `limber pipeline watch`: as {@link runFromCommandLine}, until Ctrl-C. */
export async function watchFromCommandLine(
  name: string | undefined,
  options: RunFromCommandLineOptions,
): Promise<number> {
  if (name === undefined) throw noName();
  await watchPipeline({
    ...request(name, options),
    signal: abortOnSignals(),
    onRun(outcome) {
      if (outcome instanceof PipelineError) process.stderr.write(`${outcome.message}\n`);
      process.stderr.write('Waiting for changes; Ctrl-C ends it.\n');
    },
  });
  return exitCodes.done;
}

function request(
  name: string,
  { set, jobs, keepGoing, remote }: RunFromCommandLineOptions,
): RunPipelineOptions {
  const workspace = process.cwd();
  return {
    file: findPipeline(name, workspace),
    stages,
    overrides: set,
    workspace,
    keepGoing: keepGoing ?? false,
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

/** The scores, where the report is, and what to do next. */
function lastWords({ pipeline: name, metrics, stages: reports }: PipelineResult): string {
  const scores = ['AP', 'AP50', 'AP75', 'AR'].flatMap((key) =>
    metrics[key] === undefined ? [] : [`${key} ${metrics[key].toFixed(3)}`],
  );
  const stage = reports.find(({ outputs }) => outputs['report'] !== undefined)?.name;
  const report =
    stage === undefined ? undefined : join('runs', name, 'latest', stage, 'report', 'report.html');
  const hasReport = report !== undefined && existsSync(report);
  const lines = [
    ...(scores.length === 0 ? [] : [scores.join('   ')]),
    ...(hasReport
      ? [
          `Report: ${report}`,
          `Next: open the report, or change a parameter: nx run runner:pipeline ${name} --set train.epochs=80`,
        ]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function exitCodeOf({ outcome, stages: reports, signal }: PipelineResult): number {
  switch (outcome) {
    case 'done':
      return exitCodes.done;
    case 'interrupted':
      return signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
    case 'failed':
      return reports.some(({ invalidInput }) => invalidInput === true)
        ? exitCodes.invalid
        : exitCodes.failed;
  }
}
