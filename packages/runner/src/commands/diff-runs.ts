import { join, resolve } from 'node:path';
import { suggestName } from '@limber/files';
import { leavesOf } from '../json.ts';
import { PipelineError } from '../pipeline-error.ts';
import type { RunSummary } from '../store/run-folder.ts';
import { listRuns, readRunSummary } from '../store/run-folder.ts';
import { stateFolder } from '../store/state-folder.ts';

/** What is different between two runs of a pipeline. */
export interface RunsDifference {
  readonly pipeline: string;
  readonly from: string;
  readonly to: string;
  readonly params: readonly ValueDifference[];
  readonly metrics: readonly ValueDifference[];
  /** Values are the outputs' digests. */
  readonly outputs: readonly ValueDifference[];
}

/** A value that differs between the runs; undefined where a run does not have it. */
export interface ValueDifference {
  readonly stage: string;
  readonly name: string;
  readonly from: unknown;
  readonly to: unknown;
}

/**
 * Compares two runs: what the stages were given, what they measured and what they wrote.
 *
 * @param options.from - the name of a run's folder; by default the run before `to`.
 * @param options.to - the latest run by default.
 * @throws {PipelineError} `unknown-run`.
 */
export function diffRuns(options: {
  readonly pipeline: string;
  readonly workspace: string;
  readonly from?: string;
  readonly to?: string;
}): RunsDifference {
  const { pipeline } = options;
  const state = stateFolder(resolve(options.workspace));
  const names = listRuns(state, pipeline).map(({ name }) => name);
  const to = options.to ?? names.at(-1);
  const from = options.from ?? names[names.indexOf(to ?? '') - 1];
  const read = (name: string | undefined): RunSummary => {
    const summary =
      name === undefined ? undefined : readRunSummary(join(state.runs, pipeline, name));
    if (summary !== undefined) return summary;
    const message =
      name === undefined
        ? noRunBefore(pipeline, names, to)
        : `The pipeline "${pipeline}" has no run "${name}".${suggestName(name, names)}`;
    throw new PipelineError('unknown-run', message, { where: name ?? pipeline });
  };
  const [after, before] = [read(to), read(from)];
  return {
    pipeline,
    from: from!,
    to: to!,
    params: compare(before, after, ({ params }, stage) =>
      leavesOf(params[stage]).map(([path, value]) => [path.join('.'), value]),
    ),
    metrics: compare(before, after, (run, stage) =>
      Object.entries(stageOf(run, stage)?.metrics ?? {}),
    ),
    outputs: compare(before, after, (run, stage) =>
      Object.entries(stageOf(run, stage)?.contents ?? {}).map(([name, { digest }]) => [
        name,
        digest,
      ]),
    ),
  };
}

function noRunBefore(pipeline: string, names: readonly string[], to: string | undefined): string {
  if (to === undefined || names.length < 2) {
    const count = names.length === 0 ? 'no runs' : 'one run';
    return `The pipeline "${pipeline}" has ${count} here, two are compared.`;
  }
  return `There is no run of the pipeline "${pipeline}" before "${to}". Name the run to compare it with.`;
}

function compare(
  before: RunSummary,
  after: RunSummary,
  read: (run: RunSummary, stage: string) => readonly (readonly [string, unknown])[],
): ValueDifference[] {
  const stages = [...new Set([...after.stages, ...before.stages].map(({ name }) => name))];
  return stages.flatMap((stage) => {
    const [old, current] = [new Map(read(before, stage)), new Map(read(after, stage))];
    return [...new Set([...current.keys(), ...old.keys()])]
      .map((name) => ({ stage, name, from: old.get(name), to: current.get(name) }))
      .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to));
  });
}

function stageOf({ stages }: RunSummary, name: string): RunSummary['stages'][number] | undefined {
  return stages.find((stage) => stage.name === name);
}
