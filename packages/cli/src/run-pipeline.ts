import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LimberError } from '@limber/keypoints';
import type { PipelineResult } from '@limber/runner';
import { createConsoleReporter, findPipeline, runPipeline } from '@limber/runner';
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
  readonly json?: true;
}

/** `limber pipeline run`: progress on standard error, the outcome on standard output. @returns the exit code. */
export async function runFromCommandLine(
  name: string | undefined,
  options: RunFromCommandLineOptions,
): Promise<number> {
  if (name === undefined) throw noName();
  const { set, only, from, force, dryRun = false, jobs, json } = options;
  const workspace = process.cwd();
  const result = await runPipeline({
    file: findPipeline(name, workspace),
    stages,
    overrides: set,
    workspace,
    only,
    from,
    force,
    dryRun,
    ...(jobs === undefined ? {} : { jobs }),
    onEvent: createConsoleReporter(process.stderr),
  });
  if (json === true) printJson(result);
  else if (!dryRun && result.outcome === 'done') process.stdout.write(lastWords(result));
  return exitCodeOf(result);
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
  const lines = [
    scores.length === 0 ? [] : [scores.join('   ')],
    report !== undefined && existsSync(report) ? [`Report: ${report}`] : [],
    [
      `Next: open the report, or change a parameter: nx run runner:pipeline ${name} --set train.epochs=80`,
    ],
  ];
  return `${lines.flat().join('\n')}\n`;
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
