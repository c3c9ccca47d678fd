import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ValidationPredictions } from '@limber/pose-trainer';
import { readEvaluation } from '../report/evaluation-files.ts';
import type { LocatedRun } from '../runs/locate-run.ts';
import { changedAt } from '../runs/locate-run.ts';
import { addPredictions } from './add-predictions.ts';
import type { Catalogue } from './catalogue.ts';
import { followTraining } from './follow-training.ts';
import type { SampleLook } from './sample-maker.ts';
import { shardsCatalogue } from './shards-catalogue.ts';
import type { Shown } from './view-routes.ts';

/** How persons of a run are opened. */
export interface RunViewOptions {
  readonly findAgain: () => LocatedRun;
  readonly lookOf: (dataset: { readonly inputSize: SampleLook['inputSize'] }) => SampleLook;
  /** Opens a split of a built dataset. */
  readonly openSplit: (dataset: NonNullable<LocatedRun['dataset']>) => Promise<Catalogue>;
}

/** What is open, and what closes it. */
export interface OpenView extends Shown {
  readonly close: () => Promise<void>;
}

/**
 * Shows a run: its curves; and the persons that were evaluated, or those of the last validation, with what was predicted for them,
 * as the training goes on.
 *
 * @param options.findAgain - finds the run once more, as it is then.
 */
export async function openRunView(run: LocatedRun, options: RunViewOptions): Promise<OpenView> {
  if (run.evaluation !== null && run.dataset !== null) {
    const catalogue = { ...(await options.openSplit(run.dataset)), title: run.title };
    const { predictions } = await readEvaluation(run.evaluation);
    const shown = addPredictions(catalogue, predictions);
    const feed = { findLogs: () => run.logs, stepOfPredictions: () => Promise.resolve(null) };
    return { catalogue: () => shown, training: followTraining(feed), close: shown.close };
  }
  return openLiveView(run, options);
}

/** A training that goes on: what is missing still is looked for again. */
function openLiveView(first: LocatedRun, { findAgain, lookOf }: RunViewOptions): OpenView {
  let run = first;
  let opened: Promise<Catalogue> | undefined;
  let shown: Catalogue = emptyCatalogue(run.title);
  let newest = { changed: -Infinity, step: null as number | null };
  const findLogs = (): string | null => {
    if (run.logs === null) run = findAgain();
    return run.logs;
  };
  const openShards = async (workDir: string): Promise<Catalogue> => {
    const { val } = JSON.parse(await readFile(join(workDir, 'data.json'), 'utf8')) as {
      readonly val: string;
    };
    return shardsCatalogue([{ folder: val, split: 'val' }], { title: run.title, lookOf });
  };
  const stepOfPredictions = async (): Promise<number | null> => {
    const { logs, workDir } = run;
    if (logs === null || workDir === null) return null;
    const file = join(logs, 'validation.json');
    const changed = changedAt(file);
    if (changed === newest.changed) return newest.step;
    opened ??= openShards(workDir);
    const base = await opened.catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    const { step, results } = JSON.parse(await readFile(file, 'utf8')) as ValidationPredictions;
    shown = addPredictions(base, results);
    newest = { changed, step };
    return step;
  };
  return {
    catalogue: () => shown,
    training: followTraining({ findLogs, stepOfPredictions }),
    close: async () => (await opened)?.close(),
  };
}

function emptyCatalogue(title: string): Catalogue {
  return {
    title,
    skeletons: [],
    persons: [],
    predictions: new Map(),
    scoreName: null,
    sampleOf: () => Promise.reject(new RangeError('There are no persons.')),
    close: () => Promise.resolve(),
  };
}
