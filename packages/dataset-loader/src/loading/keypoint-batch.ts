import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Affine, CodecConfig } from '@limber/keypoints';
import { createCodec, createRandom } from '@limber/keypoints';
import type { Augmentation } from '../augmentations/augmentation.ts';
import type { KeypointDataset } from '../datasets/keypoint-dataset.ts';
import { createSample } from '../samples/create-sample.ts';

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
  readonly annotationIds: readonly number[];
  readonly imageIds: readonly number[];
  /** inputPx → imagePx, of each person. */
  readonly toImage: readonly Affine[];
}

/** What turns a person into a sample, besides the epoch. Plain data, so that it can go to another thread. */
export interface Recipe {
  readonly codec: CodecConfig;
  readonly seed: number;
  readonly augmentation: Augmentation | null;
}

/** One batch to make. */
export interface BatchTask {
  readonly epoch: number;
  readonly rows: readonly number[];
}

/** A sample takes some 1 ms. */
const samplesPerTurn = 8;

/**
 * Makes a batch. A pure function of the dataset, the recipe and the task.
 *
 * @throws {LimberError} `corrupt-data` if a row is damaged.
 */
export async function createBatch(
  dataset: KeypointDataset,
  recipe: Recipe,
  { epoch, rows }: BatchTask,
): Promise<KeypointBatch> {
  const { augmentation, seed } = recipe;
  const { skeleton } = dataset;
  const codec = createCodec(recipe.codec);
  const { height, width } = codec.inputSize;
  const jointCount = skeleton.keypoints.length;
  const size = rows.length;
  const imageBytes = height * width * 3;
  const targetLength = codec.targetShape(jointCount).reduce((product, side) => product * side, 1);
  const images = new Uint8Array(size * imageBytes);
  const targets = new Float32Array(size * targetLength);
  const weights = new Float32Array(size * jointCount);
  const keypoints = new Float32Array(size * jointCount * 3);
  const annotationIds: number[] = [];
  const imageIds: number[] = [];
  const toImage: Affine[] = [];
  const options = { skeleton, codec, augmentation };
  for (const [place, index] of rows.entries()) {
    // timers and signals get their turn
    if (place % samplesPerTurn === samplesPerTurn - 1) await nextTurn();
    const row = dataset.get(index);
    const sample = createSample(row, options, {
      random: createRandom(seed, 'augment', epoch, row.annotationId),
      pixels: images.subarray(place * imageBytes, (place + 1) * imageBytes),
      targets: targets.subarray(place * targetLength, (place + 1) * targetLength),
    });
    weights.set(sample.weights, place * jointCount);
    keypoints.set(sample.keypoints, place * jointCount * 3);
    annotationIds.push(row.annotationId);
    imageIds.push(row.imageId);
    toImage.push(sample.toImage);
  }
  return { size, images, targets, weights, keypoints, annotationIds, imageIds, toImage };
}
