import { LimberError, mapInOrder } from '@limber/files';
import type { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import type { MixedDataset } from '../datasets/mixed-dataset.ts';
import type { BatchMaker } from './batch-maker.ts';
import { createBatchMaker } from './batch-maker.ts';
import { checkInteger, checkOptions } from './check-options.ts';
import type { BatchTask, KeypointBatch } from './keypoint-batch.ts';
import type { LoaderOptions } from './loader-options.ts';
import type { Recipe } from './recipe.ts';
import type { SkippedSample } from './skipped-samples.ts';
import { checkSkipLimit } from './skipped-samples.ts';

/** How long a thread may take for one person, who takes some 1 ms. */
const defaultWorkerTimeoutMs = 60_000;

/**
 * Feeds a dataset to a trainer, batch by batch: globally shuffled, augmented, with targets.
 *
 * Which persons are in batch b of epoch e, and every byte of it, is a pure function of (dataset, options, e, b):
 * the number of workers, and where an epoch was entered, change nothing.
 */
export class KeypointLoader {
  readonly batchesPerEpoch: number;
  readonly #dataset: KeypointDataset | MixedDataset;
  readonly #options: Required<LoaderOptions>;
  readonly #skipped = new Map<number, SkippedSample>();
  #maker: Promise<BatchMaker> | undefined;
  #isClosed = false;

  /**
   * @throws {LimberError} `invalid-argument` if an option makes no sense, or asks for more of the images
   * than the shards hold; `invalid-skeleton` if images are to be mirrored whose pairs of joints are not known.
   */
  constructor(dataset: KeypointDataset | MixedDataset, options: LoaderOptions) {
    this.#dataset = dataset;
    this.#options = {
      rank: 0,
      worldSize: 1,
      lateAugmentation: null,
      folder: process.cwd(),
      onBadSample: 'throw',
      skipLimit: Math.ceil(dataset.size / 100),
      onSkip: () => {},
      workerTimeoutMs: defaultWorkerTimeoutMs,
      ...options,
    };
    checkOptions(this.#options, dataset);
    const { batchSize, dropLast, rank, worldSize } = this.#options;
    const start = dropLast ? 0 : rank * batchSize;
    const batches = (dataset.epochLength - start) / (batchSize * worldSize);
    this.batchesPerEpoch = Math.max(0, dropLast ? Math.floor(batches) : Math.ceil(batches));
  }

  /** Everybody who was skipped so far. */
  get skipped(): readonly SkippedSample[] {
    return [...this.#skipped.values()];
  }

  /**
   * The batches of an epoch in order.
   *
   * @param epoch - >= 0.
   * @param fromBatch - how many batches to leave out at the start, to go on in the middle of an epoch.
   * @throws {LimberError} `invalid-argument`; `missing-file` if a function in `order` cannot be loaded; under `throw`
   * `corrupt-data`, `augmentation-failed` or `worker-failed`, naming the person; under `skip` `limit-exceeded`.
   */
  async *batches(epoch: number, fromBatch = 0): AsyncGenerator<KeypointBatch, void, undefined> {
    checkInteger('epoch', epoch, [0, Number.MAX_SAFE_INTEGER]);
    checkInteger('fromBatch', fromBatch, [0, this.batchesPerEpoch]);
    if (this.#isClosed) {
      const what = 'batches asked of a closed loader';
      throw new LimberError('invalid-argument', { what, fix: 'Create another loader.' });
    }
    const maker = await (this.#maker ??= this.#createMaker());
    const tasks = this.#tasks(epoch, fromBatch);
    const { prefetch } = this.#options;
    const made = mapInOrder(tasks, { concurrency: prefetch }, (task) => maker.make(task));
    for await (const { batch, skipped } of made) {
      this.#note(skipped);
      if (batch.size > 0) yield batch;
    }
  }

  /** Ends the worker threads. The dataset stays open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // one that could not be created was said by `batches`
    const maker = await this.#maker?.catch(() => undefined);
    await maker?.close();
  }

  #createMaker(): Promise<BatchMaker> {
    const { workers, workerTimeoutMs: timeoutMs, shuffle, ...rest } = this.#options;
    const { codec, seed, augmentation, lateAugmentation, folder, onBadSample, skipLimit } = rest;
    const recipe: Recipe = {
      codec,
      seed,
      augmentation,
      lateAugmentation,
      folder,
      onBadSample,
      skipLimit,
      replaces: shuffle,
    };
    return createBatchMaker(this.#dataset, { recipe, workers, timeoutMs });
  }

  /** Counts persons, and not how often they were skipped. */
  #note(skipped: readonly SkippedSample[]): void {
    const { skipLimit, onSkip } = this.#options;
    for (const sample of skipped) {
      if (this.#skipped.has(sample.row)) continue;
      this.#skipped.set(sample.row, sample);
      onSkip(sample);
      checkSkipLimit(this.skipped, skipLimit, this.#dataset.folder);
    }
  }

  *#tasks(epoch: number, fromBatch: number): Generator<BatchTask, void, undefined> {
    const { batchSize, seed, shuffle, rank, worldSize } = this.#options;
    const drawAt = this.#dataset.order({ seed, epoch, shuffle });
    for (let batch = fromBatch; batch < this.batchesPerEpoch; batch++) {
      const start = (batch * worldSize + rank) * batchSize;
      const size = Math.min(batchSize, this.#dataset.epochLength - start);
      yield { epoch, draws: Array.from({ length: size }, (_, at) => drawAt(start + at)) };
    }
  }
}
