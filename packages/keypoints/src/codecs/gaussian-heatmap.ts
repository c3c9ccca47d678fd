import { LimberError } from '@limber/files';
import type { Size } from '../geometry/box.ts';
import { spanOf } from '../geometry/crop-affine.ts';
import { checkSides } from './check-sides.ts';
import { refineDark } from './dark.ts';
import type { DecodedKeypoints, KeypointCodec } from './keypoint-codec.ts';

/** Sizes of the input and its heatmaps, and of the Gaussians in them. */
export interface HeatmapOptions {
  /** Of the image that the model sees, a whole multiple of the heatmap. */
  readonly inputSize: Size;
  readonly heatmapSize: Size;
  /** Radius of the Gaussian in heatmap pixels, > 0. 2 for 48x64 heatmaps. */
  readonly sigmaPx?: number;
  /** Width of the blur before decoding, odd; by default 5.5 sigma: 11 for sigma 2, 17 for sigma 3. */
  readonly blurKernelSize?: number;
}

/** What distinguishes the codecs whose targets are Gaussians: what the lengths of inputs and heatmaps are, too. */
export type HeatmapKind = Pick<KeypointCodec, 'name' | 'cropConvention'>;

/** Half the side of a joint's patch, in sigmas: one whose patch lies fully outside has weight 0. */
const patchSigmas = 3;
/** What is farther away on an axis is 0: it would be less than 2e-8, below what float32 adds to 1. */
const drawnSigmas = 6;

/**
 * One heatmap per joint, laid out [H, W, K], with an unbiased Gaussian at the joint's sub-pixel place, decoded with DARK.
 *
 * A joint that is not labelled, or whose Gaussian lies outside, gives an all-zero map and weight 0.
 *
 * @throws {LimberError} `invalid-argument` if a size or sigma makes no sense.
 * @see Xiao et al. 2018, arXiv:1804.06208, section 3; Zhang et al. 2020, arXiv:1910.06278 (DARK).
 */
export function createGaussianHeatmap(
  { name, cropConvention }: HeatmapKind,
  options: HeatmapOptions,
): KeypointCodec {
  const { inputSize, heatmapSize, sigmaPx = 2 } = options;
  const { blurKernelSize = defaultBlurKernelSize(sigmaPx) } = options;
  checkOptions(name, { inputSize, heatmapSize, sigmaPx, blurKernelSize });
  const [scaleX, scaleY] = [
    spanOf(heatmapSize.width, cropConvention) / spanOf(inputSize.width, cropConvention),
    spanOf(heatmapSize.height, cropConvention) / spanOf(inputSize.height, cropConvention),
  ];
  const heatmapLength = heatmapSize.height * heatmapSize.width;
  return {
    name,
    cropConvention,
    inputSize,
    targetShape: (jointCount) => [heatmapSize.height, heatmapSize.width, jointCount],
    encode(keypoints, targets = new Float32Array(heatmapLength * (keypoints.length / 3))) {
      const weights = drawGaussians(
        keypoints,
        { ...heatmapSize, scaleX, scaleY, sigmaPx },
        targets,
      );
      return { targets, weights };
    },
    decode: (output, jointCount) => {
      const decoded = refineDark(output, heatmapSize, { jointCount, blurKernelSize });
      for (let joint = 0; joint < jointCount; joint++) {
        decoded.keypoints[joint * 2]! /= scaleX;
        decoded.keypoints[joint * 2 + 1]! /= scaleY;
      }
      return decoded satisfies DecodedKeypoints;
    },
  };
}

/** The odd number nearest to 5.5 sigma, so that the blur is as wide as the Gaussians drawn. */
export function defaultBlurKernelSize(sigmaPx: number): number {
  return 2 * Math.round((5.5 * sigmaPx - 1) / 2) + 1;
}

/** Sizes of a heatmap, and how its Gaussians are drawn. */
interface Drawing extends Size {
  /** Heatmap pixels per input pixel. */
  readonly scaleX: number;
  readonly scaleY: number;
  readonly sigmaPx: number;
}

/** @returns the weights, [K]. */
function drawGaussians(
  keypoints: Float32Array,
  { width, height, scaleX, scaleY, sigmaPx }: Drawing,
  targets: Float32Array,
): Float32Array {
  const jointCount = keypoints.length / 3;
  const weights = new Float32Array(jointCount);
  const radius = patchSigmas * sigmaPx;
  const reach = drawnSigmas * sigmaPx;
  const denominator = 2 * sigmaPx * sigmaPx;
  const columns = new Float64Array(width);
  targets.fill(0);
  for (let joint = 0; joint < jointCount; joint++) {
    const centerX = keypoints[joint * 3]! * scaleX;
    const centerY = keypoints[joint * 3 + 1]! * scaleY;
    const isOutside =
      centerX - radius >= width ||
      centerY - radius >= height ||
      centerX + radius + 1 < 0 ||
      centerY + radius + 1 < 0;
    if (!(keypoints[joint * 3 + 2]! > 0) || isOutside) continue;
    weights[joint] = 1;
    const [left, right] = drawnRange(centerX, reach, width);
    const [top, bottom] = drawnRange(centerY, reach, height);
    for (let x = left; x <= right; x++) {
      columns[x] = Math.exp(-((x - centerX) ** 2) / denominator);
    }
    for (let y = top; y <= bottom; y++) {
      const row = Math.exp(-((y - centerY) ** 2) / denominator);
      let at = (y * width + left) * jointCount + joint;
      for (let x = left; x <= right; x++, at += jointCount) targets[at] = row * columns[x]!;
    }
  }
  return weights;
}

/** First and last pixel of an axis on which a Gaussian is drawn. */
function drawnRange(center: number, reach: number, length: number): readonly [number, number] {
  const first = Math.max(0, Math.ceil(center - reach));
  return [first, Math.min(length - 1, Math.floor(center + reach))];
}

function checkOptions(where: string, options: Required<HeatmapOptions>): void {
  const { inputSize: input, heatmapSize: heatmap, sigmaPx, blurKernelSize } = options;
  const fail = (what: string, expected: string, got: string): never => {
    throw new LimberError('invalid-argument', { where, what, expected, got });
  };
  checkSides(where, [input.width, input.height, heatmap.width, heatmap.height]);
  if (!(sigmaPx > 0)) fail('sigmaPx', 'a number > 0', `${sigmaPx}`);
  if (!Number.isInteger(blurKernelSize) || blurKernelSize % 2 === 0) {
    fail('blurKernelSize', 'an odd number', `${blurKernelSize}`);
  }
}
