import type { Command } from 'commander';
import { Option } from 'commander';
import type { ExecutorName } from '@limber/runner';
import { repeated, wholeNumber } from '../../options/option-values.ts';
import { jsonOption, setOption } from '../../options/shared-options.ts';
import type { RunOptions, SharedRunOptions } from './run-pipeline.ts';

const executorNames: readonly ExecutorName[] = ['local', 'slurm'];

/** `limber pipeline run` */
export function addRunCommand(pipeline: Command): void {
  addSharedOptions(pipeline.command('run'))
    .description('run a pipeline; unchanged stages are skipped')
    .option('--only <stage>', 'run this stage alone', repeated, [])
    .option('--from <stage>', 'run this stage and all that follow from it', repeated, [])
    .option('--force <stage>', 'run this stage even if nothing changed', repeated, [])
    .option('--lock', 'write the lock file of what was made, to be committed', false)
    .option('--dry-run', 'say what would run, and why', false)
    .addOption(jsonOption())
    .action(async (name: string | undefined, options: RunOptions) => {
      const { runOnce } = await import('./run-pipeline.ts');
      process.exitCode = await runOnce(name, options);
    });
}

/** `limber pipeline watch` */
export function addWatchCommand(pipeline: Command): void {
  addSharedOptions(pipeline.command('watch'))
    .description('run a pipeline, and again whenever a file that it depends on changes')
    .action(async (name: string | undefined, options: SharedRunOptions) => {
      const { runOnChanges } = await import('./run-pipeline.ts');
      await runOnChanges(name, options);
    });
}

/** What all commands that run a pipeline take. */
export function addSharedOptions(command: Command): Command {
  return command
    .argument('[name]', 'a pipeline of pipelines/, or a YAML file')
    .addOption(setOption())
    .option('--keep-going', 'after a failure, go on with what does not need that stage', false)
    .option('--remote <place>', 'share results through this folder or s3:// place')
    .option('--jobs <n>', 'processors to share among stages', wholeNumber(1))
    .addOption(new Option('--executor <name>', 'where all stages run').choices(executorNames));
}
