import type { GraphFormat, ListedPipeline, PipelineResult, PipelineStatus } from '@limber/runner';
import {
  drawPipelineGraph,
  explainPipeline,
  findPipeline,
  listPipelines,
  readPipelineStatus,
} from '@limber/runner';
import { stages } from './stages/registry.ts';

/** The pipelines of the current folder. */
export function list(): ListedPipeline[] {
  return listPipelines({ workspace: process.cwd(), stages });
}

/** What would run, and why. */
export function explain(name: string, overrides: readonly string[]): Promise<PipelineResult> {
  return explainPipeline({ ...place(name), overrides });
}

/** How far a pipeline is. */
export function status(name: string, overrides: readonly string[]): Promise<PipelineStatus> {
  return readPipelineStatus({ ...place(name), overrides });
}

/** The stages and what they read from each other. */
export function graph(name: string, format: GraphFormat): string {
  return drawPipelineGraph({ ...place(name), format });
}

function place(name: string): {
  file: string;
  workspace: string;
  stages: typeof stages;
} {
  const workspace = process.cwd();
  return { file: findPipeline(name, workspace), workspace, stages };
}

/** One line per stage, then its causes. */
export function formatExplanation({ stages: reports }: PipelineResult): string {
  return reports
    .map(({ name, outcome, because }) =>
      [`${name}: ${outcome}`, ...because.map((cause) => `  ${cause}`)].join('\n'),
    )
    .map((text) => `${text}\n`)
    .join('');
}

/** The latest run and one line per stage. */
export function formatStatus({ latestRun, stages: reports }: PipelineStatus): string {
  const latest =
    latestRun === null
      ? 'never run'
      : `${latestRun.outcome}, started ${latestRun.startedAt}: ${latestRun.runDir}`;
  const lines = reports.map(
    ({ name, isUpToDate, because }) =>
      `${name}: ${isUpToDate ? 'up to date' : because.join('; ') || 'to be run'}`,
  );
  return `${[latest, ...lines].join('\n')}\n`;
}
