import type { PipelineStatus } from '@limber/runner';
import type { Command } from 'commander';
import type { JsonOption } from '../../options/shared-options.ts';
import { jsonOption, setOption } from '../../options/shared-options.ts';
import { printResult } from '../../terminal/print-result.ts';
import { openPipeline } from './open-pipeline.ts';

/** `limber pipeline status` */
export function addStatusCommand(pipeline: Command): void {
  pipeline
    .command('status')
    .description('say of each stage if it is up to date, and how the latest run ended')
    .argument('<name>', 'a pipeline of pipelines/, or a YAML file')
    .addOption(setOption())
    .addOption(jsonOption())
    .action(
      async (name: string, { set, json }: JsonOption & { readonly set: readonly string[] }) => {
        const { readPipelineStatus } = await import('@limber/runner');
        const opened = await openPipeline(name);
        const status = await readPipelineStatus({ ...opened, overrides: set });
        const { lockFileOf } = await import('./lock-file-name.ts');
        const { readLockFile } = await import('./lock-file.ts');
        const lockFile = lockFileOf(opened.file);
        const lock = readLockFile(lockFile);
        const differing = status.stages.flatMap(({ name: stage, fingerprint }) =>
          fingerprint === (lock?.stages[stage]?.fingerprint ?? null) ? [] : [stage],
        );
        const locked = lock === undefined ? null : { file: lockFile, differing };
        printResult({ ...status, lock: locked }, { json, lines: describe });
      },
    );
}

/** Where a pipeline stands, and the stages that would not make now what its lock file names. */
interface LockedStatus extends PipelineStatus {
  readonly lock: { readonly file: string; readonly differing: readonly string[] } | null;
}

function describe({ latestRun, stages, lock }: LockedStatus): string[] {
  return [
    latestRun === null
      ? 'never run'
      : `${latestRun.outcome}, started ${latestRun.startedAt}: ${latestRun.runDir}`,
    ...stages.map(
      ({ name, isUpToDate, because }) =>
        `${name}: ${isUpToDate ? 'up to date' : because.join('; ') || 'to be run'}`,
    ),
    ...(lock === null ? [] : [`${lock.file}: ${describeLock(lock.differing)}`]),
  ];
}

function describeLock(differing: readonly string[]): string {
  return differing.length === 0 ? 'up to date' : `names other outputs of ${differing.join(', ')}`;
}
