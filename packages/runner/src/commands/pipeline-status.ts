import { resolve } from 'node:path';
import { livenessOf } from '@limber/files';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { runPipeline } from '../execution/run-pipeline.ts';
import type { PipelineResult, StageReport } from '../pipeline-result.ts';
import { lockFileOf, readLockFile } from '../store/lock-file.ts';
import { latestRunFolder, readRunSummary } from '../store/run-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
import { listWorkFolders } from '../store/work-folder.ts';

/** Where a pipeline stands. */
export interface PipelineStatus {
  readonly pipeline: string;
  readonly latestRun: LatestRun | null;
  readonly stages: readonly StageStatus[];
  /** The lock file beside the pipeline, and the stages that would not make now what it names. */
  readonly lock: { readonly file: string; readonly differing: readonly string[] } | null;
}

/** The run that a pipeline's `latest` link leads to. */
export interface LatestRun {
  readonly runDir: string;
  /** `killed`: the runner ended without a word. */
  readonly outcome: PipelineResult['outcome'] | 'running' | 'killed';
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** Where a stage stands. */
export interface StageStatus extends Pick<StageReport, 'name' | 'because' | 'metrics' | 'outputs'> {
  readonly isUpToDate: boolean;
  /** Working folders that a resumable stage keeps. */
  readonly workFolders: readonly string[];
}

/**
 * Says of every stage whether it is up to date, and how the latest run ended.
 *
 * @throws {PipelineError} if the pipeline or the options are wrong.
 */
export async function readPipelineStatus(
  options: Omit<RunPipelineOptions, 'dryRun' | 'onEvent'>,
): Promise<PipelineStatus> {
  const { pipeline, stages } = await runPipeline({ ...options, dryRun: true });
  const state = stateFolder(resolve(options.workspace));
  const runDir = latestRunFolder(state, pipeline);
  const summary = runDir === undefined ? undefined : readRunSummary(runDir);
  const work = listWorkFolders(state).filter(({ owner }) => owner?.pipeline === pipeline);
  const lockFile = lockFileOf(options.file);
  const lock = readLockFile(resolve(options.workspace, lockFile));
  const locked = (name: string): string | null => lock?.stages[name]?.fingerprint ?? null;
  const differing = stages.filter(({ name, fingerprint }) => fingerprint !== locked(name));
  return {
    pipeline,
    lock:
      lock === undefined ? null : { file: lockFile, differing: differing.map(({ name }) => name) },
    latestRun:
      runDir === undefined || summary === undefined
        ? null
        : { runDir, outcome: describeOutcome(summary), startedAt: summary.startedAt },
    stages: stages.map(({ name, outcome, because, metrics, outputs }) => ({
      name,
      isUpToDate: outcome === 'cached',
      because,
      metrics,
      outputs,
      workFolders: work.filter(({ owner }) => owner?.stage === name).map(({ folder }) => folder),
    })),
  };
}

/** How a run ended, also if its process did not come to say so. */
export function describeOutcome({
  outcome,
  process,
}: {
  readonly outcome: PipelineResult['outcome'] | 'running';
  readonly process: string;
}): LatestRun['outcome'] {
  return outcome === 'running' && livenessOf(process) === 'dead' ? 'killed' : outcome;
}
