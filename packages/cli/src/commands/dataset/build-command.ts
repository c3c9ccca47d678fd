import type { BuildOptions, BuildSummary } from '@limber/dataset-builder';
import { createProgressWriter } from '@limber/files';
import type { Command } from 'commander';
import type { ReadOptions, WriteOptions } from '../../options/dataset-options.ts';
import { describeFindings } from '../../describe-findings.ts';
import { checkedFileOf } from '../../options/checked-file.ts';
import {
  addReadOptions,
  addWriteOptions,
  groupFieldOf,
  openSources,
  toBuildOptions,
} from '../../options/dataset-options.ts';
import { toNumber } from '../../options/option-values.ts';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption, seedOption } from '../../options/shared-options.ts';
import { abortOnSignals } from '../../terminal/abort-on-signals.ts';
import { Interrupted } from '../../terminal/interrupted.ts';
import { printResult } from '../../terminal/print-result.ts';

/** What `limber dataset build` and its kin are told. */
export interface BuildCommandOptions extends ReadOptions, WriteOptions, JsonOption {
  readonly val: number;
  readonly test: number;
  readonly seed: number;
}

/** `limber dataset build` and `limber dataset split`, which are one. */
export function addBuildCommand(dataset: Command): void {
  const command = dataset
    .command('build')
    .alias('split')
    .description('check annotations of any format and split them into train, val and test')
    .argument('<dataset>', 'a folder or a file of annotations; its format is recognised')
    .argument('<out>', 'the folder to write');
  addSplitOptions(addWriteOptions(addReadOptions(command)))
    .addOption(jsonOption())
    .action(async (path: string, out: string, options: BuildCommandOptions) => {
      await runBuild([path], out, options);
    });
}

/** `--val`, `--test`, `--seed` */
export function addSplitOptions(command: Command): Command {
  return command
    .option('--val <fraction>', 'the part of the groups for validation', toNumber, 0.1)
    .option('--test <fraction>', 'the part of the groups for testing', toNumber, 0)
    .addOption(seedOption('split', 1));
}

/** Builds one dataset of others, and says what it holds. */
export async function runBuild(
  paths: readonly string[],
  out: string,
  options: BuildCommandOptions & Pick<BuildOptions, 'to'>,
): Promise<void> {
  const { val, test, seed, json, to } = options;
  const { buildDataset } = await import('@limber/dataset-builder');
  const { describeSplits } = await import('../../describe-splits.ts');
  const { format, images, skeleton, joints, strict } = options;
  const sources = await openSources(paths, {
    strict,
    ...groupFieldOf(options.groupBy),
    ...(format && { format }),
    ...(images && { images }),
    ...(skeleton && { skeleton }),
    ...(joints && { joints }),
  });
  const progress = createProgressWriter(process.stderr);
  const signal = abortOnSignals();
  const summary = await buildDataset({
    ...toBuildOptions(options),
    ...(to && { to }),
    sources,
    out,
    splits: { train: 1 - val - test, val, test },
    seed,
    strict,
    signal,
    checkedFile: await checkedFileOf(paths),
    onProgress: (amount) => {
      progress.report({ message: 'Reading images', amount: { ...amount, unit: 'items' } });
    },
  })
    .catch((error: unknown) => {
      throw signal.aborted ? new Interrupted(signal) : error;
    })
    .finally(() => progress.end());
  for (const decision of summary.decisions) process.stderr.write(`${decision}\n`);
  for (const line of describeFindings(summary)) process.stderr.write(`${line}\n`);
  printResult(summary, {
    json,
    lines: () => [...describeSplits(summary), ...describeRest(summary), `Dataset: ${out}`],
  });
}

/** What belongs to no split. */
function describeRest({ ids, skipped }: BuildSummary): readonly string[] {
  return [
    ...(ids.images === 'renumbered' || ids.annotations === 'renumbered'
      ? ['ids are counted from 1; source_id is that of the source']
      : []),
    ...(skipped.length > 0 ? [`${skipped.length} images skipped, listed in dataset.json`] : []),
  ];
}
