import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Affine } from '@limber/keypoints';
import { createRandom } from '@limber/keypoints';
import type { Draw } from '../datasets/draw.ts';
import type { ReadableSource } from '../datasets/open-shared.ts';
import type { Scratch } from '../shards/read-bytes.ts';
import type { Sample } from '../samples/create-sample.ts';
import { createSample } from '../samples/create-sample.ts';
import type { PreparedRecipe } from './recipe.ts';
import type { SkippedSample } from './skipped-samples.ts';
import { checkSkipLimit, isSampleFault } from './skipped-samples.ts';

/** Several persons, ready for a model. B of them, K joints each. */
export interface KeypointBatch {
  /** B. */
  readonly size: number;
  /** [B, height, width, 3]: RGB levels 0 to 255. */
  readonly images: Uint8Array;
  /** [B, ...codec.targetShape(K)]. */
  readonly targets: Float32Array;
  /** [B, K]: 1 where the joint counts in the loss, else 0. */
  readonly weights: Float32Array;
  /** [B, K, 3]: x, y in inputPx, v 0 | 1 | 2; a joint without label is 0, 0, 0. */
  readonly keypoints: Float32Array;
  /** [B]: of the persons' outlines, in square input pixels. */
  readonly areas: Float32Array;
  readonly annotationIds: readonly number[];
  readonly imageIds: readonly number[];
  /** inputPx → imagePx, of each person. */
  readonly toImage: readonly Affine[];
}

/** A batch, and who is not in it though it was their turn. */
export interface MadeBatch {
  readonly batch: KeypointBatch;
  readonly skipped: readonly SkippedSample[];
}

/** One batch to make. */
export interface BatchTask {
  readonly epoch: number;
  readonly draws: readonly Draw[];
  /** Persons that ended a worker thread before, row → how. */
  readonly lost?: ReadonlyMap<number, string>;
}

/** A sample takes some 1 ms. */
const samplesPerTurn = 8;

/**
 * Makes a batch. A pure function of the dataset, the recipe and the task.
 *
 * @param task.onRow - called before each person.
 * @throws {LimberError} `corrupt-data` or `augmentation-failed` if a person is bad and the recipe says `throw`;
 * `limit-exceeded` if more are bad than it allows.
 */
export async function createBatch(
  dataset: ReadableSource,
  recipe: PreparedRecipe,
  { epoch, draws, lost, onRow }: BatchTask & { readonly onRow?: (row: number) => void },
): Promise<MadeBatch> {
  const { seed, codec, skipLimit } = recipe;
  const { skeleton } = dataset;
  const { height, width } = codec.inputSize;
  const jointCount = skeleton.keypoints.length;
  const imageBytes = height * width * 3;
  const targetLength = codec.targetShape(jointCount).reduce((product, side) => product * side, 1);
  const images = new Uint8Array(draws.length * imageBytes);
  const targets = new Float32Array(draws.length * targetLength);
  const weights = new Float32Array(draws.length * jointCount);
  const keypoints = new Float32Array(draws.length * jointCount * 3);
  const areas = new Float32Array(draws.length);
  const annotationIds: number[] = [];
  const imageIds: number[] = [];
  const toImage: Affine[] = [];
  const skipped = new Map<number, SkippedSample>();
  const scratch: Scratch = { bytes: Buffer.alloc(0) };
  const options = { skeleton, codec, augmentation: recipe.augmentationOf(epoch) };

  const skip = (row: number, reason: string): void => {
    const { annotationId, imageId } = dataset.head(row);
    skipped.set(row, { row, annotationId, imageId, reason });
    checkSkipLimit([...skipped.values()], skipLimit, dataset.folder);
  };
  /** null: the person is bad, and skipped. */
  const tryRow = (row: number, keyOf: readonly (string | number)[]): Sample | null => {
    const reason = skipped.get(row)?.reason ?? lost?.get(row);
    if (reason !== undefined) return (skip(row, reason), null);
    const place = annotationIds.length;
    onRow?.(row);
    try {
      const person = dataset.get(row, scratch);
      const { annotationId, imageId } = person;
      const sample = createSample(person, options, {
        random: createRandom(seed, 'augment', epoch, annotationId, ...keyOf),
        pixels: images.subarray(place * imageBytes, (place + 1) * imageBytes),
        targets: targets.subarray(place * targetLength, (place + 1) * targetLength),
      });
      annotationIds.push(annotationId);
      imageIds.push(imageId);
      return sample;
    } catch (error) {
      if (recipe.onBadSample === 'throw' || !isSampleFault(error)) throw error;
      return (skip(row, error.message), null);
    }
  };

  for (const [at, { row, repeat }] of draws.entries()) {
    // timers and signals get their turn
    if (at % samplesPerTurn === samplesPerTurn - 1) await nextTurn();
    const place = annotationIds.length;
    let sample = tryRow(row, repeat === 0 ? [] : ['again', repeat]);
    for (let attempt = 0; sample === null && recipe.replaces; attempt++) {
      if (skipped.size === dataset.size) checkSkipLimit([...skipped.values()], 0, dataset.folder);
      const other = createRandom(seed, 'replace', epoch, row, repeat, attempt);
      sample = tryRow(other.integer(0, dataset.size - 1), ['in place of', row, repeat]);
    }
    if (sample === null) continue;
    weights.set(sample.weights, place * jointCount);
    keypoints.set(sample.keypoints, place * jointCount * 3);
    areas[place] = sample.area;
    toImage.push(sample.toImage);
  }
  const size = annotationIds.length;
  const batch = {
    size,
    images: images.subarray(0, size * imageBytes),
    targets: targets.subarray(0, size * targetLength),
    weights: weights.subarray(0, size * jointCount),
    keypoints: keypoints.subarray(0, size * jointCount * 3),
    areas: areas.subarray(0, size),
    annotationIds,
    imageIds,
    toImage,
  };
  return { batch, skipped: [...skipped.values()] };
}
