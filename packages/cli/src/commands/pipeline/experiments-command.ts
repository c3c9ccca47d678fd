import { LimberError, suggestName } from '@limber/files';
import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import type { Cell } from '../../terminal/table.ts';
import { tableLines } from '../../terminal/table.ts';
import type { Experiment } from './list-experiments.ts';

interface ExperimentsOptions extends JsonOption {
  readonly sort?: string;
  readonly desc: boolean;
}

/** `limber pipeline experiments` */
export function addExperimentsCommand(pipeline: Command): void {
  pipeline
    .command('experiments')
    .description('compare all runs of a pipeline: the parameters that differ, and the metrics')
    .argument('<name>', 'a pipeline of pipelines/, or a YAML file')
    .option('--sort <column>', 'by default the order in which they were started')
    .option('--desc', 'the largest first', false)
    .addOption(jsonOption())
    .action(async (name: string, { sort, desc, json }: ExperimentsOptions) => {
      const { listExperiments } = await import('./list-experiments.ts');
      const found = listExperiments(name, process.cwd());
      printResult(sortExperiments(found, sort, desc), {
        json,
        lines: (experiments) =>
          experiments.length === 0 ? [`${name} has no runs here`] : describe(experiments),
      });
    });
}

/** What stands in a column. */
type Column = readonly [name: string, cellOf: (experiment: Experiment) => Cell];

function columnsOf(experiments: readonly Experiment[]): Column[] {
  const keysOf = (part: 'params' | 'metrics'): string[] => [
    ...new Set(experiments.flatMap((experiment) => Object.keys(experiment[part]))),
  ];
  return [
    ['run', ({ run }) => run],
    ['outcome', ({ outcome }) => outcome],
    ['seconds', ({ seconds }) => seconds],
    ['commit', showCommit],
    ...keysOf('params').map((key): Column => [key, ({ params }) => toCell(params[key])]),
    ...keysOf('metrics').map((key): Column => [key, ({ metrics }) => metrics[key]]),
  ];
}

/** With a `+` where files differed from the commit. */
function showCommit({ commit, isDirty }: Experiment): Cell {
  return commit === null ? undefined : `${commit.slice(0, 8)}${isDirty ? '+' : ''}`;
}

function toCell(value: unknown): Cell {
  const isPlain = value === undefined || typeof value === 'number' || typeof value === 'string';
  return isPlain ? value : JSON.stringify(value);
}

function sortExperiments(
  experiments: readonly Experiment[],
  by: string | undefined,
  isDescending: boolean,
): Experiment[] {
  if (by === undefined) return isDescending ? experiments.toReversed() : [...experiments];
  const columns = columnsOf(experiments);
  const column = columns.find(([name]) => name === by);
  if (column === undefined) {
    const names = columns.map(([name]) => name);
    throw new LimberError('invalid-argument', {
      where: '--sort',
      what: `no column "${by}"`,
      expected: names.join(', '),
      fix: suggestName(by, names).trim(),
    });
  }
  const sign = isDescending ? -1 : 1;
  return experiments.toSorted((a, b) => {
    const [first, second] = [column[1](a), column[1](b)];
    // Without a value: last, whichever way the others go.
    if (first === undefined || second === undefined) {
      return Number(first === undefined) - Number(second === undefined);
    }
    if (typeof first === 'number' && typeof second === 'number') return sign * (first - second);
    return sign * String(first).localeCompare(String(second), 'en');
  });
}

function describe(experiments: readonly Experiment[]): string[] {
  const columns = columnsOf(experiments);
  return tableLines(
    columns.map(([name]) => name),
    experiments.map((experiment) => columns.map(([, cellOf]) => cellOf(experiment))),
  );
}
