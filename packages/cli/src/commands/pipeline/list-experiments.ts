import type { PastRun } from '@limber/runner';
import { differingParams, listPastRuns, rowsOf } from '@limber/runner';
import type { Provenance } from './provenance.ts';

/** A run, as it is compared with others. */
export interface Experiment {
  /** The name of its folder in `runs/<pipeline>`. */
  readonly run: string;
  /** Which member of a matrix, where the run has one. */
  readonly member?: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly outcome: PastRun['outcome'];
  readonly seconds: number;
  readonly commit: string | null;
  /** Whether files that git follows differed from the commit. */
  readonly isDirty: boolean;
  /** `stage.name` → value; only the params that not all runs have alike. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * The runs of a pipeline, the earliest first, each member of a matrix by itself. Of runs that came to the
 * same, the one that made it.
 */
export function listExperiments(pipeline: string, workspace: string): Experiment[] {
  const seen = new Set<string>();
  const runs = listPastRuns(pipeline, workspace).filter(
    ({ name, summary: { outcome, stages } }) => {
      const made = JSON.stringify(stages.map((stage) => [stage.name, stage.fingerprint]));
      const result = outcome === 'done' ? made : name;
      const isNew = !seen.has(result);
      seen.add(result);
      return isNew;
    },
  );
  const rows = runs.flatMap(rowsOf);
  const names = differingParams(rows);
  return rows.map(({ run: { name, summary, outcome }, member, params: given, metrics }) => {
    const params = names.filter((param) => given.has(param));
    const made = summary.provenance as Provenance | undefined;
    return {
      run: name,
      ...(member === '' ? {} : { member }),
      startedAt: summary.startedAt,
      outcome,
      seconds: summary.seconds,
      commit: made?.commit ?? null,
      isDirty: made?.isDirty ?? false,
      params: Object.fromEntries(params.map((param) => [param, given.get(param)])),
      metrics: Object.fromEntries(metrics),
    };
  });
}
