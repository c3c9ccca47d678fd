import type { Affine, KeypointCodec, Random, Skeleton } from '@limber/keypoints';
import {
  applyAffine,
  composeAffine,
  cropAffine,
  flipIndices,
  invertAffine,
} from '@limber/keypoints';
import type { Augmentation } from '../augmentations/augmentation.ts';
import { dropRectangles } from '../augmentations/coarse-dropout.ts';
import type { View } from '../augmentations/draw-view.ts';
import { drawView } from '../augmentations/draw-view.ts';
import { distortColors } from '../augmentations/photometric.ts';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { decodeCrop } from './decode-crop.ts';
import { flipKeypoints } from './flip-keypoints.ts';
import { shrinkPixels } from './shrink-pixels.ts';
import type { Pixels } from './warp-affine.ts';
import { warpAffine } from './warp-affine.ts';

/** One person, ready for a model. */
export interface Sample {
  /** [K, 3]: x, y in inputPx, v 0 | 1 | 2; a joint without label is 0, 0, 0. */
  readonly keypoints: Float32Array;
  readonly targets: Float32Array;
  readonly weights: Float32Array;
  /** inputPx → imagePx. */
  readonly toImage: Affine;
}

/**
 * Makes the sample of one person: draw a view → decode → warp → distort colours → drop rectangles → encode targets.
 *
 * @param pixels - RGB of the input, [height, width, 3], filled completely.
 * @param random - a pure function of (seed, epoch, person).
 * @throws {LimberError} `corrupt-data` if the stored picture is damaged.
 */
export async function makeSample(
  row: KeypointRow,
  skeleton: Skeleton,
  codec: KeypointCodec,
  augmentation: Augmentation | null,
  random: Random,
  pixels: Uint8Array,
): Promise<Sample> {
  const { inputSize } = codec;
  const view = drawView(row, skeleton, inputSize, augmentation, random);
  const imageToInput = cropAffine(view.region, inputSize, view);
  drawInput(await decodeCrop(row), row.cropToImage, imageToInput, codec, pixels);
  const { photometric = null, coarseDropout = null } = augmentation ?? {};
  if (photometric !== null) distortColors(pixels, photometric, random.fork('photometric'));
  if (coarseDropout !== null) {
    dropRectangles(pixels, inputSize, coarseDropout, random.fork('coarse-dropout'));
  }
  const keypoints = toInput(row.keypoints, imageToInput, view, skeleton);
  return { keypoints, ...codec.encode(keypoints), toImage: invertAffine(imageToInput) };
}

/** Warps the stored crop onto the input, shrunk first where the map would skip pixels. */
function drawInput(
  crop: Pixels,
  cropToImage: Affine,
  imageToInput: Affine,
  { inputSize }: KeypointCodec,
  pixels: Uint8Array,
): void {
  const inputToCrop = invertAffine(composeAffine(imageToInput, cropToImage));
  const cropPixelsPerInputPixel = Math.hypot(inputToCrop[0], inputToCrop[3]);
  const factor = Math.max(1, Math.floor(cropPixelsPerInputPixel));
  const { pixels: source, toLarger } = shrinkPixels(crop, factor);
  const inputToSource = composeAffine(invertAffine(toLarger), inputToCrop);
  warpAffine(source, inputToSource, pixels, inputSize);
}

function toInput(
  keypoints: Float32Array,
  imageToInput: Affine,
  { isFlipped }: View,
  skeleton: Skeleton,
): Float32Array {
  const mapped = new Float32Array(keypoints.length);
  for (let at = 0; at < keypoints.length; at += 3) {
    const visibility = keypoints[at + 2]!;
    if (visibility === 0) continue;
    const { x, y } = applyAffine(imageToInput, { x: keypoints[at]!, y: keypoints[at + 1]! });
    mapped.set([x, y, visibility], at);
  }
  return isFlipped ? flipKeypoints(mapped, flipIndices(skeleton)) : mapped;
}
