import { join, resolve } from 'node:path';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { runPipeline } from '../execution/run-pipeline.ts';
import type { PipelineResult, StageReport } from '../pipeline-result.ts';
import type { RunSummary } from '../store/run-folder.ts';
import { listRuns } from '../store/run-folder.ts';
import type { StateFolder } from '../store/state-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
import { listLiveRuns } from '../store/store-use.ts';
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
  /** `killed`: the runner ended without a word. */
  readonly outcome: PipelineResult['outcome'] | 'running' | 'killed';
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
  const runDir = latest && join(state.runs, pipeline, latest.name);
  const summary = latest?.summary;
  const work = listWorkFolders(state).filter(({ owner }) => owner?.pipeline === pipeline);
  return {
    pipeline,
    latestRun:
      runDir === undefined || summary === undefined
        ? null
        : { runDir, outcome: describeOutcome(summary, state), startedAt: summary.startedAt },
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

function describeOutcome(
  { outcome, process }: Pick<RunSummary, 'outcome' | 'process'>,
  state: StateFolder,
): LatestRun['outcome'] {
  const isLive = listLiveRuns(state).some((run) => run.startsWith(`${process}~`));
  return outcome === 'running' && !isLive ? 'killed' : outcome;
}
