import { LimberError, suggestName } from '@limber/files';
import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import { columnsOf, describeExperiments } from './experiments-table.ts';
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
          experiments.length === 0
            ? [`${name} has no runs here`]
            : describeExperiments(experiments),
      });
    });
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
