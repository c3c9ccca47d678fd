import { existsSync, readdirSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LintReport, Source } from '@limber/dataset-builder';
import { holdsShards } from '@limber/dataset-loader';
import { LimberError } from '@limber/files';
import type { Size } from '@limber/keypoints';
import { checkedFileOf } from '../options/checked-file.ts';
import type { ReadOptions } from '../options/dataset-options.ts';
import { openSources } from '../options/dataset-options.ts';
import { findRun, locateRun } from '../runs/locate-run.ts';
import { addPredictions, nameImages } from './add-predictions.ts';
import type { Catalogue } from './catalogue.ts';
import { datasetCatalogue } from './dataset-catalogue.ts';
import type { OpenView } from './run-view.ts';
import { openRunView } from './run-view.ts';
import type { LookOptions } from './sample-look.ts';
import type { SampleLook } from './sample-maker.ts';
import { readLook } from './sample-look.ts';
import type { ShardsFolder } from './shards-catalogue.ts';
import { shardsCatalogue } from './shards-catalogue.ts';

/** What is looked at, and how. */
export interface OpenViewOptions extends ReadOptions, LookOptions {
  /** The dataset that results are of. */
  readonly dataset?: string;
  /** Whether every image is checked too, not its annotations alone. */
  readonly checkImages: boolean;
  readonly followLinks: boolean;
  readonly signal: AbortSignal;
  /** How many images are checked. */
  readonly onProgress?: (amount: { readonly done: number; readonly total: number }) => void;
}

/** What persons see where neither shards nor a training say it. */
const usualInputSize = { height: 256, width: 192 };

/**
 * Opens what a path leads to: a run or a training, packed shards, COCO results, or a dataset of any format.
 *
 * @throws {LimberError} for what cannot be opened, naming it; the reason of `signal`, once it is aborted.
 */
export async function openView(path: string, options: OpenViewOptions): Promise<OpenView> {
  const lookOf = await readLook(options);
  const opened = { ...options, lookOf };
  const run = findRun(path);
  if (run !== undefined) {
    return openRunView(run, {
      findAgain: () => locateRun(path),
      lookOf: lookOfShards,
      openSplit: ({ folder, split }) =>
        openDataset(join(folder, `${split}.json`), { ...opened, images: join(folder, 'images') }),
    });
  }
  const shards = findShards(path);
  if (shards.length > 0) {
    const look = { title: basename(path), lookOf: lookOfShards };
    return constant(await shardsCatalogue(shards, look));
  }
  const results = resultsIn(path);
  if (await isResults(results)) return constant(await openResults(results, opened));
  return constant(await openDataset(path, opened));

  function lookOfShards({ inputSize }: { readonly inputSize: typeof usualInputSize }) {
    return lookOf(inputSize);
  }
}

function constant(catalogue: Catalogue): OpenView {
  return { catalogue: () => catalogue, training: null, close: catalogue.close };
}

/** A folder of shards, or of one for each split. */
function findShards(path: string): ShardsFolder[] {
  if (holdsShards(path)) return [{ folder: path, split: null }];
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const names = isFolder ? readdirSync(path) : [];
  return names
    .filter((name) => holdsShards(join(path, name)))
    .map((name) => ({ folder: join(path, name), split: name }));
}

/** The options, and how persons are seen. */
interface DatasetOptions extends OpenViewOptions {
  readonly lookOf: (packed: Size) => SampleLook;
}

async function openDataset(path: string, options: DatasetOptions): Promise<Catalogue> {
  const { followLinks, lookOf, signal } = options;
  const sources = await openSources([path], options);
  const { findings } = await check(path, sources, options);
  const look = lookOf(usualInputSize);
  const title = basename(path);
  return datasetCatalogue(sources, { title, findings, followsLinks: followLinks, look, signal });
}

async function check(
  path: string,
  sources: readonly Source[],
  { checkImages, signal, onProgress }: OpenViewOptions,
): Promise<LintReport> {
  const { lintDataset } = await import('@limber/dataset-builder');
  const checked = { sources, signal, ...(onProgress && { onProgress }) };
  if (!checkImages) return lintDataset({ ...checked, annotationsOnly: true });
  return lintDataset({ ...checked, checkedFile: await checkedFileOf([path]) });
}

/** The results in a folder that `limber predict` wrote, else the path itself. */
function resultsIn(path: string): string {
  const [results, images] = ['results.json', 'images.json'].map((name) => join(path, name));
  return existsSync(results!) && existsSync(images!) ? results! : path;
}

/** COCO results are a list; every dataset in a JSON file is an object. */
async function isResults(path: string): Promise<boolean> {
  if (!path.endsWith('.json') || !existsSync(path)) return false;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    return buffer.toString('utf8', 0, bytesRead).trimStart().startsWith('[');
  } finally {
    await file.close();
  }
}

async function openResults(path: string, options: DatasetOptions): Promise<Catalogue> {
  if (options.dataset === undefined) {
    throw new LimberError('invalid-argument', {
      where: path,
      what: 'results without the images that they are of',
      expected: 'their dataset, or the folder of the photographs',
      fix: 'Pass --dataset <folder or file>.',
    });
  }
  const { readResults } = await import('@limber/evaluator');
  const opened = await openDataset(options.dataset, options);
  const named = nameImages(opened, await imageNamesBeside(path));
  return { ...addPredictions(named, await readResults(path)), title: basename(path) };
}

/** What `limber predict` writes beside its results: which image has which id. */
async function imageNamesBeside(results: string): Promise<ReadonlyMap<number, string>> {
  const file = join(dirname(results), 'images.json');
  if (!existsSync(file)) return new Map();
  const { images } = JSON.parse(await readFile(file, 'utf8')) as {
    readonly images: readonly { readonly id: number; readonly file_name: string }[];
  };
  return new Map(images.map(({ id, file_name }) => [id, file_name]));
}
