import type { KeypointBatch, LoaderOptions } from '@limber/dataset-loader';
import { KeypointDataset, KeypointLoader } from '@limber/dataset-loader';
import type { Engine } from '@limber/engine';
import type { CocoResult } from '@limber/evaluator';
import type { Part } from '@limber/files';
import { rangeOfPart } from '@limber/files';
import { flipIndices } from '@limber/keypoints';
import type { LoadedModel } from '@limber/model-zoo';
import type { BatchSource, PredictionModule } from '@limber/trainer';
import { Trainer } from '@limber/trainer';
import { checkJoints } from './check-joints.ts';
import { createKeypointPredictor } from './keypoint-predictor.ts';

/** What is predicted, with what. */
export interface PredictKeypointsOptions {
  readonly engine: Engine;
  readonly model: LoadedModel;
  /** A folder of packed shards. */
  readonly shards: string;
  readonly batchSize: number;
  /** Threads that prepare batches. */
  readonly workers: number;
  /** Average each prediction with that of the mirror image: twice the work, about 1 to 2 points of AP. */
  readonly flipTest?: boolean;
  /**
   * Of several processes: which one this is, and how many there are. Each predicts batches that follow one another: those of
   * all processes, in their order, are those of one.
   */
  readonly part?: Part;
  readonly onProgress?: (line: string) => void;
  /** Once it is aborted, prediction ends after the current batch and throws its reason: an `AbortError`. */
  readonly signal?: AbortSignal;
}

/** One COCO result a person, in imagePx, and the id of the person that each is of. */
export interface PredictedPersons {
  readonly results: readonly CocoResult[];
  readonly annotationIds: readonly number[];
}

/**
 * Finds the joints of every person of packed shards, or of this process's part of them, in the order of the shards.
 *
 * @throws {LimberError} `shape-mismatch` if the shards have other joints than the model; the reason of `signal`, once it is
 * aborted.
 */
export async function predictKeypoints({
  engine,
  model,
  shards,
  batchSize,
  workers,
  flipTest = false,
  part = { index: 0, count: 1 },
  onProgress = () => {},
  signal,
}: PredictKeypointsOptions): Promise<PredictedPersons> {
  const dataset = await KeypointDataset.open(shards);
  try {
    checkJoints(dataset, model.skeleton, shards);
    const loader = createPlainLoader(dataset, model, { batchSize, workers });
    const categoryId = dataset.category.id;
    const predictor = createKeypointPredictor({
      engine,
      model,
      categoryId,
      ...(flipTest ? { flipIndices: flipIndices(model.skeleton) } : {}),
    });
    const [first, end] = rangeOfPart(loader.batchesPerEpoch, part);
    const own: BatchSource<KeypointBatch> = {
      batchesPerEpoch: end - first,
      batches: (epoch) => loader.batches(epoch, first),
    };
    const persons = Math.min(end * batchSize, dataset.size) - first * batchSize;
    const annotationIds: number[] = [];
    const module: PredictionModule<KeypointBatch, readonly CocoResult[]> = {
      ...predictor,
      onPredictBatchEnd: (_trainer, batch) => {
        signal?.throwIfAborted();
        annotationIds.push(...batch.annotationIds);
        onProgress(`predicted ${annotationIds.length} of ${persons} persons`);
      },
    };
    try {
      const batches = await new Trainer<KeypointBatch>({ engine }).predict(module, own);
      return { results: batches.flat(), annotationIds };
    } finally {
      await loader.close();
    }
  } finally {
    dataset.close();
  }
}

/** How a plain loader is set up. */
type PlainLoaderOptions = Pick<LoaderOptions, 'batchSize' | 'workers'> &
  Pick<LoaderOptions, 'onBadSample' | 'skipLimit' | 'workerTimeoutMs' | 'onSkip'>;

/** Every person once, upright and unchanged, in the order of the shards. */
export function createPlainLoader(
  dataset: KeypointDataset,
  { codec }: Pick<LoadedModel, 'codec'>,
  options: PlainLoaderOptions,
): KeypointLoader {
  const { batchSize, workers, onBadSample = 'throw', ...rest } = options;
  const { skipLimit, workerTimeoutMs, onSkip } = rest;
  return new KeypointLoader(dataset, {
    ...(skipLimit === undefined ? {} : { skipLimit }),
    ...(workerTimeoutMs === undefined ? {} : { workerTimeoutMs }),
    ...(onSkip === undefined ? {} : { onSkip }),
    onBadSample,
    batchSize,
    workers,
    codec,
    seed: 0,
    shuffle: false,
    augmentation: null,
    dropLast: false,
    prefetch: prefetchOf(workers),
  });
}

/** Batches ahead: each worker has one under way and one waiting. */
export function prefetchOf(workers: number): number {
  return Math.max(1, 2 * workers);
}
