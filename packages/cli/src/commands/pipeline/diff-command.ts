import type { RunsDifference, ValueDifference } from '@limber/runner';
import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';

/** `limber pipeline diff` */
export function addDiffCommand(pipeline: Command): void {
  const command = pipeline
    .command('diff')
    .description('compare two runs: what they were given, measured and wrote')
    .argument('<name>', 'a pipeline of pipelines/, or a YAML file')
    .argument('[from]', "the name of a run's folder; by default the run before")
    .argument('[to]', 'by default the latest run')
    .addOption(jsonOption())
    .action(async () => {
      const [name = '', from, to] = command.args;
      const { diffRuns } = await import('@limber/runner');
      const difference = diffRuns({
        pipeline: name,
        workspace: process.cwd(),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      });
      printResult(difference, { json: command.opts<JsonOption>().json, lines: describe });
    });
}

function describe({ from, to, params, metrics, outputs }: RunsDifference): string[] {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [title, ...lines];
  const found = [
    ...section('params', params.map(describeValue)),
    ...section('metrics', metrics.map(describeMetric)),
    ...section(
      'outputs',
      outputs.map(({ stage, name }) => `  ${stage}.${name}`),
    ),
  ];
  return [`${from} → ${to}`, ...(found.length === 0 ? ['nothing differs'] : found)];
}

function describeValue({ stage, name, from, to }: ValueDifference): string {
  const [before, after] = [from, to].map((value) =>
    value === undefined ? 'not set' : JSON.stringify(value),
  );
  return `  ${stage}.${name}: ${before} → ${after}`;
}

function describeMetric(difference: ValueDifference): string {
  const { from, to } = difference;
  const line = describeValue(difference);
  if (typeof from !== 'number' || typeof to !== 'number') return line;
  return `${line} (${to > from ? '+' : ''}${to - from})`;
}
