import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { symlinkAtomicSync, writeFileAtomicSync } from '@limber/files';
import type { ResolvedPipeline, ResolvedStage } from '../parsing/resolved-pipeline.ts';
import type { PipelineResult, StageOutcome, StageReport } from '../pipeline-result.ts';
import type { RunSummary } from '../store/run-folder.ts';
import {
  createRunFolder,
  latestRunFolder,
  listRuns,
  pointLatestTo,
  readRunPlots,
  readRunSummary,
  writeRunPlots,
  writeRunSummary,
} from '../store/run-folder.ts';
import { createRunsPage } from '../reporting/runs-page.ts';
import type { Plots } from '../store/artifact.ts';
import type { StateFolder } from '../store/state-folder.ts';
import type { StoredOutput } from '../store/objects.ts';
import { ensureView, viewPath } from '../store/view.ts';
import type { SettledStage } from './settle-stage.ts';

/** Gathers what a run leaves for a person to open. */
export interface RunReport {
  /** The run's folder, made when it is first asked for. */
  readonly folder: () => string;
  /** Writes `run.json` and the links to the outputs. A dry run leaves nothing. */
  readonly finish: (
    settled: readonly SettledStage[],
    how: { readonly isDryRun: boolean; readonly signal: 'SIGINT' | 'SIGTERM' | undefined },
  ) => Promise<PipelineResult>;
}

/** Starts a run's report. A run that has nothing to do, and nothing new to show, gets no folder. */
export function createRunReport(
  state: StateFolder,
  pipeline: ResolvedPipeline,
  options: { readonly startedAt: Date; readonly provenance?: () => Promise<object> },
): RunReport {
  const { startedAt } = options;
  const started = performance.now();
  let created: string | undefined;
  let provenance: Promise<object> | undefined;
  const summaryOf = (result: Omit<RunSummary, 'process' | 'params' | 'startedAt'>) => ({
    ...result,
    startedAt: startedAt.toISOString(),
    params: Object.fromEntries(pipeline.stages.map(({ name, params }) => [name, params])),
  });
  const folder = (): string => {
    if (created === undefined) {
      created = createRunFolder(state, pipeline.name, startedAt);
      provenance = options.provenance?.();
      const running = {
        pipeline: pipeline.name,
        outcome: 'running',
        stages: [],
        metrics: {},
        pipelineParams: pipeline.params,
        runDir: created,
        seconds: 0,
      } as const;
      writeRunSummary(created, summaryOf(running));
    }
    return created;
  };
  return {
    folder,
    async finish(settled, { isDryRun, signal }) {
      const stages = settled.map(({ report }) => report);
      const has = (wanted: StageOutcome): boolean =>
        stages.some(({ outcome }) => outcome === wanted);
      const isInterrupted = has('interrupted');
      const result = {
        pipeline: pipeline.name,
        outcome: isInterrupted ? 'interrupted' : has('failed') ? 'failed' : 'done',
        stages,
        metrics: Object.fromEntries(stages.flatMap(nameMetrics)),
        pipelineParams: pipeline.params,
        runDir: null,
        seconds: (performance.now() - started) / 1000,
        ...(isInterrupted ? { signal: signal ?? 'SIGTERM' } : {}),
      } as const;
      if (isDryRun) return result;
      const shown = created === undefined ? findEqualRun(state, result) : undefined;
      const outputs = listShown(pipeline, settled);
      // Builds anew what somebody removed or changed.
      for (const { stored } of outputs) await ensureView(state, stored);
      const isWhole = outputs.every(
        ({ linkIn }) => shown === undefined || existsSync(linkIn(shown)),
      );
      if (shown !== undefined && isWhole) return { ...result, runDir: shown };
      const runDir = folder();
      for (const { stored, linkIn } of outputs) {
        const link = linkIn(runDir);
        symlinkAtomicSync(relative(dirname(link), viewPath(state, stored)), link);
      }
      writeRunPlots(runDir, plotsOf(settled));
      const made = await provenance;
      const known = made === undefined ? {} : { provenance: made };
      writeRunSummary(runDir, summaryOf({ ...result, runDir, ...known }));
      if (result.outcome === 'done') pointLatestTo(runDir);
      await writeRunsPage(state, pipeline.name);
      return { ...result, runDir };
    },
  };
}

function nameMetrics({ name, matrix, metrics }: StageReport): (readonly [string, number])[] {
  const prefix = matrix === undefined ? '' : `${name}: `;
  return Object.entries(metrics).map(([metric, value]) => [`${prefix}${metric}`, value]);
}

function plotsOf(settled: readonly SettledStage[]): Record<string, Plots> {
  const plots = settled.map(({ report, upstream }) => {
    return [report.name, upstream?.type === 'settled' ? upstream.artifact.plots : {}] as const;
  });
  return Object.fromEntries(plots.filter(([, own]) => Object.keys(own).length > 0));
}

/** `runs/<pipeline>/index.html` compares all runs. */
async function writeRunsPage(state: StateFolder, pipeline: string): Promise<void> {
  const folder = join(state.runs, pipeline);
  const runs = listRuns(state, pipeline).map((run) => ({
    ...run,
    plots: readRunPlots(join(folder, run.name)),
  }));
  writeFileAtomicSync(join(folder, 'index.html'), await createRunsPage(pipeline, runs.reverse()));
}

/** The last run that succeeded, if it showed the very same outputs. */
function findEqualRun(
  state: StateFolder,
  result: Pick<PipelineResult, 'pipeline' | 'outcome' | 'stages'>,
): string | undefined {
  const latest = latestRunFolder(state, result.pipeline);
  const summary = latest === undefined ? undefined : readRunSummary(latest);
  const contents = (run: Pick<RunSummary, 'outcome' | 'stages'>): string =>
    JSON.stringify([run.outcome, run.stages.map(({ name, fingerprint }) => [name, fingerprint])]);
  const isEqual = summary !== undefined && contents(summary) === contents(result);
  return isEqual && result.outcome === 'done' ? latest : undefined;
}

/** An output that a run's folder has a link to. */
interface ShownOutput {
  readonly stored: StoredOutput;
  readonly linkIn: (runDir: string) => string;
}

/** All outputs that are here. */
function listShown(pipeline: ResolvedPipeline, settled: readonly SettledStage[]): ShownOutput[] {
  return settled.flatMap(({ upstream }, index) => {
    const stage = pipeline.stages[index]!;
    if (upstream?.type !== 'settled' || upstream.isElsewhere) return [];
    return stage.outputs.map(({ name, path }) => ({
      stored: upstream.artifact.outputs[name]!,
      linkIn: (runDir: string) => linkOf(runDir, stage, path),
    }));
  });
}

/** An only output that is called like its stage lies in the stage's place, not in a folder of its own. */
function linkOf(runDir: string, stage: ResolvedStage, path: string): string {
  const isOnly = stage.outputs.length === 1 && path === stage.declaredName && path !== 'logs';
  return join(runDir, stage.name, isOnly ? '' : path);
}
