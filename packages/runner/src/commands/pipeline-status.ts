import { join, resolve } from 'node:path';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { runPipeline } from '../execution/run-pipeline.ts';
import type { StageReport } from '../pipeline-result.ts';
import type { PastRun } from '../store/run-folder.ts';
import { listRuns } from '../store/run-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
import { listWorkFolders } from '../store/work-folder.ts';

/** Where a pipeline stands. */
export interface PipelineStatus {
  readonly pipeline: string;
  readonly latestRun: LatestRun | null;
  readonly stages: readonly StageStatus[];
}

/** The run of a pipeline that began last, however it ended. */
export interface LatestRun {
  readonly runDir: string;
  readonly outcome: PastRun['outcome'];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** Where a stage stands. */
export interface StageStatus extends Pick<
  StageReport,
  'name' | 'because' | 'fingerprint' | 'metrics' | 'outputs'
> {
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
  const latest = listRuns(state, pipeline).at(-1);
  const work = listWorkFolders(state).filter(({ owner }) => owner?.pipeline === pipeline);
  return {
    pipeline,
    latestRun:
      latest === undefined
        ? null
        : {
            runDir: join(state.runs, pipeline, latest.name),
            outcome: latest.outcome,
            startedAt: latest.summary.startedAt,
          },
    stages: stages.map(({ name, outcome, because, fingerprint, metrics, outputs }) => ({
      name,
      fingerprint,
      isUpToDate: outcome === 'cached',
      because,
      metrics,
      outputs,
      workFolders: work.filter(({ owner }) => owner?.stage === name).map(({ folder }) => folder),
    })),
  };
}
