import { join, resolve } from 'node:path';
import { differingParams, paramsOf } from '../reporting/runs-page.ts';
import { listRuns, readRunSummary } from '../store/run-folder.ts';
import { stateFolder } from '../store/state-folder.ts';
import type { LatestRun } from './pipeline-status.ts';
import { describeOutcome } from './pipeline-status.ts';

/** A run, as it is compared with others. */
export interface Experiment {
  /** The name of its folder in `runs/<pipeline>`. */
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly outcome: LatestRun['outcome'];
  readonly seconds: number;
  readonly commit: string | null;
  /** Whether files that git follows differed from the commit. */
  readonly isDirty: boolean;
  /** `stage.name` → value; only the params that not all runs have alike. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/** The runs of a pipeline, the earliest first. Of runs that came to the same, the one that made it. */
export function listExperiments(options: {
  readonly pipeline: string;
  readonly workspace: string;
}): Experiment[] {
  const state = stateFolder(resolve(options.workspace));
  const seen = new Set<string>();
  const runs = listRuns(state, options.pipeline).flatMap((run) => {
    const summary = readRunSummary(join(state.runs, options.pipeline, run))!;
    const made = summary.stages.map(({ name, fingerprint }) => [name, fingerprint]);
    const result = summary.outcome === 'done' ? JSON.stringify(made) : run;
    if (seen.has(result)) return [];
    seen.add(result);
    return [{ run, summary }];
  });
  const names = differingParams(runs);
  return runs.map(({ run, summary }) => {
    const given = paramsOf(summary);
    const params = names.flatMap((name) => (given.has(name) ? [[name, given.get(name)]] : []));
    return {
      run,
      startedAt: summary.startedAt,
      outcome: describeOutcome(summary),
      seconds: summary.seconds,
      commit: summary.provenance?.commit ?? null,
      isDirty: summary.provenance?.isDirty ?? false,
      params: Object.fromEntries(params) as Record<string, unknown>,
      metrics: summary.metrics,
    };
  });
}
