import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { LimberError } from '@limber/files';
import type { PastRun } from '@limber/runner';
import { listPastRuns, listStageWork } from '@limber/runner';

/** A run of a pipeline that has a training, or a training by itself, and where its parts lie. */
export interface LocatedRun {
  readonly title: string;
  /** Absolute. */
  readonly folder: string;
  /** null: a training of `limber train`. */
  readonly past: PastRun | null;
  /** The folder of `metrics.jsonl`, `timing.jsonl` and `validation.json`; null: nothing was trained yet. */
  readonly logs: string | null;
  /** The folder that the training works in, while it is there. */
  readonly workDir: string | null;
  /** What {@link readEvaluation} reads; null: nothing was evaluated. */
  readonly evaluation: string | null;
  /** The built dataset, and the split of it that was evaluated. */
  readonly dataset: { readonly folder: string; readonly split: string } | null;
}

/**
 * Finds a run: the folder of one (`runs/squat/latest`), the folder of several (`runs/squat` or `runs`, of which the newest is
 * taken, also one that is still running), or the `out` folder of `limber train`.
 *
 * @returns undefined if the folder is none of these.
 */
export function findRun(path: string): LocatedRun | undefined {
  const folder = newestRun(resolve(path));
  if (folder !== undefined) return locatePipelineRun(folder);
  const out = resolve(path);
  const [workDir, logs] = [join(out, 'work'), join(out, 'logs')];
  const isWorking = existsSync(join(workDir, 'data.json'));
  if (!isWorking && !existsSync(join(logs, 'metrics.jsonl'))) return undefined;
  return {
    title: basename(out),
    folder: out,
    past: null,
    logs: isWorking ? join(workDir, 'logs') : logs,
    workDir: isWorking ? workDir : null,
    evaluation: null,
    dataset: null,
  };
}

/**
 * As {@link findRun}.
 *
 * @throws {LimberError} `missing-file` if there is none.
 */
export function locateRun(path: string): LocatedRun {
  const found = findRun(path);
  if (found !== undefined) return found;
  throw new LimberError('missing-file', {
    where: path,
    what: existsSync(path) ? 'no run' : 'no such folder',
    expected: 'a folder of runs, such as runs/squat/latest, or the `out` folder of `limber train`',
  });
}

/**
 * The logs of a run.
 *
 * @throws {LimberError} `missing-file` if there are none yet.
 */
export function logsOf({ logs, folder }: LocatedRun): string {
  if (logs !== null) return logs;
  throw new LimberError('missing-file', {
    where: folder,
    what: 'nothing was trained in this run yet',
    expected: 'a run with a training',
  });
}

/** The folder itself, or the newest run in it, or in a folder of it. */
function newestRun(folder: string): string | undefined {
  if (existsSync(join(folder, 'run.json'))) return folder;
  const inside = [folder, ...foldersOf(folder)].flatMap((each) =>
    foldersOf(each).filter((run) => existsSync(join(run, 'run.json'))),
  );
  // names are times, and a pipeline's `latest` is one of the others
  const runs = inside.filter((run) => basename(run) !== 'latest');
  return runs.sort((a, b) => (basename(a) < basename(b) ? 1 : -1))[0];
}

function foldersOf(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}

function locatePipelineRun(link: string): LocatedRun | undefined {
  const folder = realpathSync(link);
  const pipeline = basename(dirname(folder));
  const workspace = resolve(folder, '../../..');
  const past = listPastRuns(pipeline, workspace).find(({ name }) => name === basename(folder));
  if (past === undefined) return undefined;
  const evaluator = stageWith(past, 'evaluation');
  const trainer = stageWith(past, 'logs', evaluator?.split('@')[1]);
  const workDir = past.outcome === 'done' ? null : newestWork(past, { pipeline, workspace });
  const finished = trainer === undefined ? null : outputOf(past, folder, [trainer, 'logs']);
  return {
    title: `${pipeline} · ${past.name}`,
    folder,
    past,
    logs: workDir === null ? finished : join(workDir, 'logs'),
    workDir,
    evaluation:
      evaluator === undefined ? null : outputOf(past, folder, [evaluator, 'evaluation']),
    dataset: evaluatedSplit(past, folder),
  };
}

/** The last stage that wrote an output of that name. @param member - of its matrix, if it is known. */
function stageWith({ summary }: PastRun, output: string, member?: string): string | undefined {
  const writers = summary.stages.filter(({ outputs }) => Object.hasOwn(outputs, output));
  const same = writers.filter(({ name }) => name.split('@')[1] === member);
  return (member !== undefined && same.length > 0 ? same : writers).at(-1)?.name;
}

/** The link in the run's folder, which goes along when it is moved, or the place in the store. */
function outputOf(
  { summary }: PastRun,
  folder: string,
  [stage, output]: readonly [stage: string, output: string],
): string {
  const link = join(folder, stage, output);
  if (existsSync(link)) return link;
  return summary.stages.find(({ name }) => name === stage)!.outputs[output]!;
}

/** The working folder that was trained in since the run began. */
function newestWork(
  { summary }: PastRun,
  { pipeline, workspace }: { readonly pipeline: string; readonly workspace: string },
): string | null {
  const began = Date.parse(summary.startedAt);
  const worked = listStageWork(pipeline, workspace)
    .map(({ folder }) => ({ folder, changed: changedAt(join(folder, 'logs', 'metrics.jsonl')) }))
    .filter(({ changed }) => changed >= began)
    .sort((a, b) => b.changed - a.changed);
  return worked[0]?.folder ?? null;
}

/** When a file was changed last, in ms since 1970; -Infinity if it is not there. */
export function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
}

/** The split that the report is about, else that of most use to look at, in the last dataset that has it. */
function evaluatedSplit(past: PastRun, folder: string): LocatedRun['dataset'] {
  const stated = Object.values(past.summary.params).flatMap((params) => {
    const { split } = (params ?? {}) as { readonly split?: unknown };
    return typeof split === 'string' ? [split] : [];
  });
  const datasets = past.summary.stages
    .filter(({ outputs }) => Object.hasOwn(outputs, 'dataset'))
    .map(({ name }) => outputOf(past, folder, [name, 'dataset']))
    .reverse();
  for (const split of [...stated, 'test', 'val']) {
    const found = datasets.find((dataset) => existsSync(join(dataset, `${split}.json`)));
    if (found !== undefined) return { folder: found, split };
  }
  return null;
}
