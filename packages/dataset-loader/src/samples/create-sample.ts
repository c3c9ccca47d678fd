import type { Affine, KeypointCodec, Random, Skeleton } from '@limber/keypoints';
import {
  applyAffine,
  composeAffine,
  cropAffine,
  flipIndices,
  invertAffine,
} from '@limber/keypoints';
import { drawView } from '../augmentations/draw-view.ts';
import type { PreparedAugmentation } from '../augmentations/prepare-augmentation.ts';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { decodeCrop } from './decode-crop.ts';
import { drawInput } from './draw-input.ts';
import { flipKeypoints } from './flip-keypoints.ts';
import type { Pixels } from './warp-affine.ts';

/** One person, ready for a model. */
export interface Sample {
  /** [K, 3]: x, y in inputPx, v 0 | 1 | 2; a joint without label is 0, 0, 0. */
  readonly keypoints: Float32Array;
  readonly weights: Float32Array;
  /** inputPx → imagePx. */
  readonly toImage: Affine;
  /** Of the person's outline, in square input pixels. */
  readonly area: number;
}

/** What turns every person into a sample. */
export interface SampleOptions {
  readonly skeleton: Skeleton;
  readonly codec: KeypointCodec;
  readonly augmentation: PreparedAugmentation | null;
}

/**
 * Makes the sample of one person: draw a view → decode → warp → change pixels and joints → encode targets.
 *
 * @param draw.random - a pure function of (seed, epoch, person).
 * @param draw.pixels - RGB of the input, [height, width, 3], filled completely.
 * @param draw.targets - zeros; filled with the codec's targets.
 * @throws {LimberError} `corrupt-data` if the stored image is damaged; `augmentation-failed`.
 */
export function createSample(
  row: KeypointRow,
  options: SampleOptions,
  draw: {
    readonly random: Random;
    readonly pixels: Uint8Array;
    readonly targets: Float32Array;
  },
): Sample {
  const { skeleton, codec, augmentation } = options;
  const { inputSize } = codec;
  const { random } = draw;
  const view = drawView(row, { skeleton, inputSize, augmentation }, random);
  const { cropConvention: convention } = codec;
  const imageToInput = cropAffine(view.region, inputSize, { ...view, convention });
  const cropToInput = composeAffine(imageToInput, row.cropToImage);
  const pixels: Pixels = { data: draw.pixels, size: inputSize };
  drawInput(decodeCrop(row), cropToInput, pixels);
  const mapped = mapKeypoints(row.keypoints, imageToInput);
  const keypoints = view.isFlipped ? flipKeypoints(mapped, flipIndices(skeleton)) : mapped;
  const { annotationId, imageId } = row;
  augmentation?.changeInput({ pixels, keypoints }, { random, skeleton, annotationId, imageId });
  const { weights } = codec.encode(keypoints, draw.targets);
  const [a, b, , d, e] = imageToInput;
  const area = row.area * Math.abs(a * e - b * d);
  return { keypoints, weights, toImage: invertAffine(imageToInput), area };
}

/** From imagePx to inputPx; a joint without label becomes 0, 0, 0. */
function mapKeypoints(keypoints: Float32Array, imageToInput: Affine): Float32Array {
  const mapped = new Float32Array(keypoints.length);
  for (let at = 0; at < keypoints.length; at += 3) {
    const visibility = keypoints[at + 2]!;
    if (visibility === 0) continue;
    const { x, y } = applyAffine(imageToInput, { x: keypoints[at]!, y: keypoints[at + 1]! });
    mapped.set([x, y, visibility], at);
  }
  return mapped;
}
