import type { Command } from 'commander';
import type { RunsDifference, ValueDifference } from '@limber/runner';
import { printJson } from '../../print-json.ts';

/** `limber pipeline diff | schema`. */
export function addPipelineComparisons(pipeline: Command): void {
  pipeline
    .command('diff')
    .description('compare two runs: what they were given, measured and wrote')
    .argument('<name>')
    .argument('[from]', "the name of a run's folder; by default the run before")
    .argument('[to]', 'by default the latest run')
    .option('--json', 'print one JSON document')
    .action(
      async (
        name: string,
        from: string | undefined,
        to: string | undefined,
        options: { json?: true },
      ) => {
        const { diffRuns } = await import('@limber/runner');
        const difference = diffRuns({
          pipeline: name,
          workspace: process.cwd(),
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        });
        if (options.json === true) printJson(difference);
        else process.stdout.write(formatDifference(difference));
      },
    );
  pipeline
    .command('schema')
    .description('print the JSON Schema of pipeline files, for editors')
    .action(async () => {
      const { pipelineJsonSchema } = await import('@limber/runner');
      const { stages } = await import('../../stages/registry.ts');
      printJson(pipelineJsonSchema(stages));
    });
}

function formatDifference({ from, to, params, metrics, outputs }: RunsDifference): string {
  const show = (value: unknown): string =>
    value === undefined ? 'not set' : JSON.stringify(value);
  const list = ({ stage, name, from: old, to: current }: ValueDifference): string =>
    `  ${stage}.${name}: ${show(old)} → ${show(current)}`;
  const change = (difference: ValueDifference): string => {
    const { from: old, to: current } = difference;
    const areNumbers = typeof old === 'number' && typeof current === 'number';
    const step = areNumbers ? current - old : 0;
    return areNumbers ? `${list(difference)} (${step > 0 ? '+' : ''}${step})` : list(difference);
  };
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [title, ...lines];
  const found = [
    ...section('params', params.map(list)),
    ...section('metrics', metrics.map(change)),
    ...section(
      'outputs',
      outputs.map(({ stage, name }) => `  ${stage}.${name}`),
    ),
  ];
  const lines = [`${from} → ${to}`, ...(found.length === 0 ? ['nothing differs'] : found)];
  return lines.map((line) => `${line}\n`).join('');
}
