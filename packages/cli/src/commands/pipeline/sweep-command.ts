import type { Command } from 'commander';
import { wholeNumber } from '../../options/option-values.ts';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import type { Cell } from '../../terminal/table.ts';
import { tableLines } from '../../terminal/table.ts';
import { addSharedOptions } from './run-command.ts';
import type { SharedRunOptions } from './run-pipeline.ts';
import type { SweepResult } from './sweep-pipeline.ts';

interface SweepCommandOptions extends SharedRunOptions, JsonOption {
  readonly maxRuns: number;
}

/** `limber pipeline sweep` */
export function addSweepCommand(pipeline: Command): void {
  addSharedOptions(pipeline.command('sweep'))
    .description(
      'run a pipeline with each combination of values: --set lr=1e-3,3e-3 --set seed=1,2',
    )
    .option('--max-runs <n>', 'refuse more combinations than this', wholeNumber(1), 100)
    .addOption(jsonOption())
    .action(async (name: string | undefined, options: SweepCommandOptions) => {
      const { sweepPipeline } = await import('./sweep-pipeline.ts');
      const { exitCodeOf, requestOf } = await import('./run-pipeline.ts');
      const { readProvenance } = await import('./provenance.ts');
      const { set, maxRuns, json } = options;
      const runs = await sweepPipeline({
        ...(await requestOf(name, options)),
        overrides: set,
        maxRuns,
        provenanceOf: (overrides) => readProvenance(process.cwd(), { name: name!, set: overrides }),
        onRun: ({ number, count, overrides }) =>
          process.stderr.write(`\nrun ${number} of ${count}: ${overrides.join(' ')}\n`),
      });
      printResult(runs, { json, lines: describe });
      process.exitCode = Math.max(...runs.map(exitCodeOf));
    });
}

function describe(runs: readonly SweepResult[]): string[] {
  const keys = runs[0]!.overrides.map((text) => text.split('=', 1)[0]!);
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))];
  const rows = runs.map((run): Cell[] => [
    ...run.overrides.map((text) => text.slice(text.indexOf('=') + 1)),
    run.outcome,
    run.seconds,
    ...metrics.map((metric) => run.metrics[metric]),
  ]);
  return tableLines([...keys, 'outcome', 'seconds', ...metrics], rows);
}
