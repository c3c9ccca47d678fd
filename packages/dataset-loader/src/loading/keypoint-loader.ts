import type { CodecConfig, Size } from '@limber/keypoints';
import { LimberError, mapInOrder } from '@limber/files';
import { createCodec, flipIndices } from '@limber/keypoints';
import type { Augmentation } from '../augmentations/augmentation.ts';
import { augmentationSchema } from '../augmentations/augmentation.ts';
import type { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import { createPermutationKey, permuteIndex } from '../orders/permute-index.ts';
import { storedReach } from '../regions/stored-region.ts';
import type { BatchMaker } from './batch-maker.ts';
import { createBatchMaker } from './batch-maker.ts';
import type { BatchTask, KeypointBatch } from './keypoint-batch.ts';

/** What batches are made of, in which order and by how many threads. */
export interface LoaderOptions {
  /** Persons per batch, >= 1. */
  readonly batchSize: number;
  /** What the model learns; its `inputSize` is the size of the images. */
  readonly codec: CodecConfig;
  /** Names the order and the augmentation. */
  readonly seed: number;
  /** Whether every epoch has an order of its own; else the order of the shards. */
  readonly shuffle: boolean;
  /** null: every person upright in the middle, unchanged. */
  readonly augmentation: Augmentation | null;
  /** Whether a last batch of fewer persons is left out; of several processes, all leave it out alike. */
  readonly dropLast: boolean;
  /**
   * Which of `worldSize` processes this is, from 0; by default the only one. Their batches of one number,
   * one after the other, are the batch of that number of one process with `worldSize` times the batch size.
   */
  readonly rank?: number;
  readonly worldSize?: number;
  /** Threads that make batches; 0: this thread. The batches are the same. */
  readonly workers: number;
  /** Batches made ahead of the one in use, >= 1; twice the workers keeps them all busy. */
  readonly prefetch: number;
}

/**
 * Feeds a dataset to a trainer, batch by batch: globally shuffled, augmented, with targets.
 *
 * Which persons are in batch b of epoch e, and every byte of it, is a pure function of (dataset, options, e, b):
 * the number of workers, and where an epoch was entered, change nothing.
 */
export class KeypointLoader {
  readonly batchesPerEpoch: number;
  readonly #dataset: KeypointDataset;
  readonly #options: Required<LoaderOptions>;
  #maker: BatchMaker | undefined;
  #isClosed = false;

  /**
   * @throws {LimberError} `invalid-argument` if an option makes no sense, or asks for more of the images
   * than the shards hold; `invalid-skeleton` if images are to be mirrored whose pairs of joints are not known.
   */
  constructor(dataset: KeypointDataset, options: LoaderOptions) {
    checkOptions(options, dataset.inputSize);
    if ((options.augmentation?.flipProbability ?? 0) > 0) flipIndices(dataset.skeleton);
    this.#dataset = dataset;
    this.#options = { rank: 0, worldSize: 1, ...options };
    const { batchSize, dropLast, rank, worldSize } = this.#options;
    const start = dropLast ? 0 : rank * batchSize;
    const batches = (dataset.size - start) / (batchSize * worldSize);
    this.batchesPerEpoch = Math.max(0, dropLast ? Math.floor(batches) : Math.ceil(batches));
  }

  /**
   * The batches of an epoch in order.
   *
   * @param epoch - >= 0.
   * @param fromBatch - how many batches to leave out at the start, to go on in the middle of an epoch.
   * @throws {LimberError} `invalid-argument`; `corrupt-data` if a row is damaged.
   */
  async *batches(epoch: number, fromBatch = 0): AsyncGenerator<KeypointBatch, void, undefined> {
    checkInteger('epoch', epoch, [0, Number.MAX_SAFE_INTEGER]);
    checkInteger('fromBatch', fromBatch, [0, this.batchesPerEpoch]);
    if (this.#isClosed) {
      const what = 'batches asked of a closed loader';
      throw new LimberError('invalid-argument', { what, fix: 'Create another loader.' });
    }
    const { codec, seed, augmentation, workers, prefetch } = this.#options;
    const recipe = { codec, seed, augmentation };
    const maker = (this.#maker ??= createBatchMaker(this.#dataset, recipe, workers));
    const tasks = this.#tasks(epoch, fromBatch);
    yield* mapInOrder(tasks, { concurrency: prefetch }, (task) => maker.make(task));
  }

  /** Ends the worker threads. The dataset stays open. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#maker?.close();
  }

  *#tasks(epoch: number, fromBatch: number): Generator<BatchTask, void, undefined> {
    const { batchSize, seed, shuffle, rank, worldSize } = this.#options;
    const count = this.#dataset.size;
    const key = createPermutationKey(seed, 'order', epoch);
    for (let batch = fromBatch; batch < this.batchesPerEpoch; batch++) {
      const start = (batch * worldSize + rank) * batchSize;
      const size = Math.min(batchSize, count - start);
      const places = Array.from({ length: size }, (_, at) => start + at);
      yield { epoch, rows: shuffle ? places.map((at) => permuteIndex(at, count, key)) : places };
    }
  }
}

function checkOptions(options: LoaderOptions, packed: Size): void {
  const { batchSize, seed, workers, prefetch, augmentation, rank = 0, worldSize = 1 } = options;
  checkInteger('batchSize', batchSize, [1, Number.MAX_SAFE_INTEGER]);
  checkInteger('seed', seed, [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
  checkInteger('worldSize', worldSize, [1, Number.MAX_SAFE_INTEGER]);
  checkInteger('rank', rank, [0, worldSize - 1]);
  checkInteger('workers', workers, [0, 256]);
  checkInteger('prefetch', prefetch, [1, Number.MAX_SAFE_INTEGER]);
  const { inputSize } = createCodec(options.codec);
  if (inputSize.height > packed.height || inputSize.width > packed.width) {
    throw new LimberError('invalid-argument', {
      where: 'codec.inputSize',
      what: 'more pixels than the shards hold',
      expected: `at most ${packed.height}x${packed.width}, as packed`,
      got: `${inputSize.height}x${inputSize.width}`,
      fix: `Pack the dataset with inputSize ${inputSize.height}x${inputSize.width}.`,
    });
  }
  if (augmentation !== null) checkAugmentation(augmentation);
}

function checkAugmentation(augmentation: Augmentation): void {
  const result = augmentationSchema.safeParse(augmentation);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    const where = ['augmentation', ...path].join('.');
    throw new LimberError('invalid-argument', { where, what: message });
  }
  const scale = augmentation.scale[1];
  const shift = augmentation.shift.factor;
  const beyond = scale > storedReach.scale ? 'scale[1]' : 'shift.factor';
  if (scale <= storedReach.scale && shift <= storedReach.shift) return;
  throw new LimberError('invalid-argument', {
    where: `augmentation.${beyond}`,
    what: 'reaches beyond the stored crops, into black',
    expected: `scale up to ${storedReach.scale}, shift up to ${storedReach.shift}`,
    got: `scale ${scale}, shift ${shift}`,
  });
}

function checkInteger(where: string, value: number, [low, high]: readonly [number, number]): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return;
  const upTo = high === Number.MAX_SAFE_INTEGER ? `a whole number >= ${low}` : `${low} to ${high}`;
  const problem = { where, what: 'out of range', expected: upTo, got: `${value}` };
  throw new LimberError('invalid-argument', problem);
}
