import type { Cell } from '../../terminal/table.ts';
import { showCell, tableLines } from '../../terminal/table.ts';
import type { Experiment } from './list-experiments.ts';

/** A table of the runs. Metrics that all of them have alike are said once, below it: they would only make it wide. */
export function describeExperiments(experiments: readonly Experiment[]): string[] {
  const columns = columnsOf(experiments);
  const isAlike = ([name, cellOf]: Column): boolean =>
    experiments.length > 1 &&
    experiments.every((each) => name in each.metrics && cellOf(each) === cellOf(experiments[0]!));
  const shown = columns.filter((column) => !isAlike(column));
  const alike = columns
    .filter(isAlike)
    .map(([name, cellOf]) => `${name} ${showCell(cellOf(experiments[0]!))}`);
  return [
    ...tableLines(
      shown.map(([name]) => name),
      experiments.map((experiment) => shown.map(([, cellOf]) => cellOf(experiment))),
    ),
    ...(alike.length === 0 ? [] : [`The same in all: ${alike.join(', ')}`]),
  ];
}

/** What stands in a column. */
type Column = readonly [name: string, cellOf: (experiment: Experiment) => Cell];

/** What is known of runs, and what each of them has there. */
export function columnsOf(experiments: readonly Experiment[]): Column[] {
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
