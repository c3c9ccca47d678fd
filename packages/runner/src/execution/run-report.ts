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
import { ensureView } from '../store/view.ts';
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
      await rebuildViews(settled, state);
      if (shown !== undefined && !isBroken(shown, pipeline)) return { ...result, runDir: shown };
      const runDir = folder();
      linkOutputs(runDir, pipeline, settled);
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
  const plots = settled.map(
    ({ report, artifact }) => [report.name, artifact?.plots ?? {}] as const,
  );
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

/** Builds the outputs anew that somebody removed or changed. */
async function rebuildViews(settled: readonly SettledStage[], state: StateFolder): Promise<void> {
  for (const { artifact } of settled) {
    for (const output of Object.values(artifact?.outputs ?? {})) await ensureView(state, output);
  }
}

function isBroken(runDir: string, pipeline: ResolvedPipeline): boolean {
  return pipeline.stages.some((stage) =>
    stage.outputs.some(({ path }) => !existsSync(linkOf(runDir, stage, path))),
  );
}

function linkOutputs(
  runDir: string,
  pipeline: ResolvedPipeline,
  settled: readonly SettledStage[],
): void {
  for (const [index, { report, artifact }] of settled.entries()) {
    const stage = pipeline.stages[index]!;
    for (const { name, path } of artifact === undefined ? [] : stage.outputs) {
      const link = linkOf(runDir, stage, path);
      symlinkAtomicSync(relative(dirname(link), report.outputs[name]!), link);
    }
  }
}

/** An only output that is called like its stage lies in the stage's place, not in a folder of its own. */
function linkOf(runDir: string, stage: ResolvedStage, path: string): string {
  const isOnly = stage.outputs.length === 1 && path === stage.declaredName && path !== 'logs';
  return join(runDir, stage.name, isOnly ? '' : path);
}
