import { LimberError } from '@limber/files';
import type { Size } from '../geometry/box.ts';
import { checkSides } from './check-sides.ts';
import type { KeypointCodec } from './keypoint-codec.ts';

/** How far the target of an axis is spread around the joint. */
export type SimccSmoothing =
  /** A Gaussian of height 1 at the joint's place between the bins (MMPose rounds it to a bin first). */
  | {
      readonly type: 'gaussian';
      /** Radius along x and y in bins, > 0. By default {@link defaultSimccSigmas}. */
      readonly sigmaBins?: readonly [x: number, y: number];
    }
  /** 1 - weight in the joint's nearest bin, and `weight` shared by all others. */
  | { readonly type: 'label'; readonly weight: number };

/** Sizes of the input and of its bins, and how the targets are spread over them. */
export interface SimccOptions {
  /** Of the image that the model sees. */
  readonly inputSize: Size;
  /** Bins per input pixel, > 0; 2 by default. */
  readonly splitRatio?: number;
  /** Gaussian by default. */
  readonly smoothing?: SimccSmoothing;
}

/** Bins per input pixel (MMPose `SimCCLabel`). */
export const defaultSplitRatio = 2;

/**
 * Two vectors a joint, its place along x and along y: [K, binsX + binsY], the bins of x before those of y.
 *
 * bin = input px x split ratio. Decoded to the highest bin of each axis, moved by a parabola through it and its neighbours (at
 * the first bin, through the first three), at most half a bin. The score is the smaller of the two maxima. A joint of maxima not above 0 is at (-1, -1).
 *
 * A joint that is not labelled, or whose Gaussian (three sigmas) lies outside, gives zeros and weight 0.
 *
 * @throws {LimberError} `invalid-argument` if an option makes no sense.
 * @see Li et al. 2022, arXiv:2107.03332; Jiang et al. 2023, arXiv:2303.07399 (RTMPose), section 3.
 */
export function createSimcc(options: SimccOptions): KeypointCodec {
  checkOptions(options);
  const { inputSize, splitRatio = defaultSplitRatio } = options;
  const bins = simccBins(options);
  const [sigmaX, sigmaY] = defaultSimccSigmas(inputSize, splitRatio);
  const { smoothing = { type: 'gaussian' } } = options;
  const axes = [
    { start: 0, count: bins.x, draw: drawingOf(smoothing, { axis: 0, sigma: sigmaX }) },
    { start: bins.x, count: bins.y, draw: drawingOf(smoothing, { axis: 1, sigma: sigmaY }) },
  ] as const;
  const length = bins.x + bins.y;
  return {
    name: 'simcc',
    cropConvention: 'area',
    inputSize,
    targetShape: (jointCount) => [jointCount, length],
    encode(keypoints, targets = new Float32Array(length * (keypoints.length / 3))) {
      const weights = new Float32Array(keypoints.length / 3);
      for (let joint = 0; joint < weights.length; joint++) {
        const places = axes.map((_, axis) => keypoints[joint * 3 + axis]! * splitRatio);
        const isInside = axes.every(({ count, draw }, axis) => draw.reaches(places[axis]!, count));
        if (!(keypoints[joint * 3 + 2]! > 0) || !isInside) continue;
        weights[joint] = 1;
        for (const [axis, { start, count, draw }] of axes.entries()) {
          const from = joint * length + start;
          draw.fill(targets.subarray(from, from + count), places[axis]!);
        }
      }
      return { targets, weights };
    },
    decode(output, jointCount) {
      const keypoints = new Float32Array(jointCount * 2).fill(-1);
      const scores = new Float32Array(jointCount);
      for (let joint = 0; joint < jointCount; joint++) {
        const peaks = axes.map(({ start, count }) => {
          const from = joint * length + start;
          return peakOf(output.subarray(from, from + count));
        });
        scores[joint] = Math.min(...peaks.map(({ height }) => height));
        if (!(scores[joint]! > 0)) continue;
        for (const [axis, { place }] of peaks.entries()) {
          keypoints[joint * 2 + axis] = place / splitRatio;
        }
      }
      return { keypoints, scores };
    },
  };
}

/** How many bins each axis has. */
export function simccBins({
  inputSize,
  splitRatio = defaultSplitRatio,
}: Pick<SimccOptions, 'inputSize' | 'splitRatio'>): { readonly x: number; readonly y: number } {
  return {
    x: Math.round(inputSize.width * splitRatio),
    y: Math.round(inputSize.height * splitRatio),
  };
}

/** RTMPose's radii in bins: 4.9 and 5.66 for 256x192, 6 and 6.93 for 384x288, each at two bins a pixel. */
export function defaultSimccSigmas(
  { width, height }: Size,
  splitRatio: number,
): readonly [x: number, y: number] {
  const sigmaOf = (side: number): number => (Math.sqrt(side / 8) * splitRatio) / defaultSplitRatio;
  return [sigmaOf(width), sigmaOf(height)];
}

/** How a joint's target along an axis comes about; places are in bins. */
interface Drawing {
  /** Whether anything of it lies within the bins. */
  reaches(place: number, count: number): boolean;
  fill(target: Float32Array, place: number): void;
}

/** How far a Gaussian reaches, in sigmas. */
const reachSigmas = 3;

function drawingOf(
  smoothing: SimccSmoothing,
  { axis, sigma: usual }: { readonly axis: 0 | 1; readonly sigma: number },
): Drawing {
  switch (smoothing.type) {
    case 'gaussian': {
      const sigma = smoothing.sigmaBins?.[axis] ?? usual;
      const reach = reachSigmas * sigma;
      return {
        reaches: (place, count) => place - reach < count && place + reach + 1 >= 0,
        fill(target, place) {
          for (let bin = 0; bin < target.length; bin++) {
            target[bin] = Math.exp(-((bin - place) ** 2) / (2 * sigma * sigma));
          }
        },
      };
    }
    case 'label':
      return {
        reaches: (place, count) => Math.round(place) >= 0 && Math.round(place) < count,
        fill(target, place) {
          target.fill(smoothing.weight / (target.length - 1));
          target[Math.round(place)] = 1 - smoothing.weight;
        },
      };
  }
}

/** The first highest bin, moved to the peak of the parabola through it and its neighbours. */
function peakOf(values: Float32Array): { readonly place: number; readonly height: number } {
  let best = 0;
  for (let bin = 1; bin < values.length; bin++) if (values[bin]! > values[best]!) best = bin;
  const middle = Math.min(Math.max(best, 1), values.length - 2);
  const [before, at, after] = [values[middle - 1]!, values[middle]!, values[middle + 1]!];
  const curvature = 2 * at - before - after;
  const peak = curvature > 0 ? middle + (after - before) / (2 * curvature) : best;
  return { place: Math.min(Math.max(peak, best - 0.5), best + 0.5), height: values[best]! };
}

function checkOptions({
  inputSize,
  splitRatio = defaultSplitRatio,
  smoothing,
}: SimccOptions): void {
  const fail = (what: string, expected: string, got: string): never => {
    throw new LimberError('invalid-argument', { where: 'simcc', what, expected, got });
  };
  const sides = [inputSize.width, inputSize.height];
  checkSides('simcc', sides);
  const fewest = Math.min(...sides.map((side) => Math.round(side * splitRatio)));
  if (!(fewest >= 3)) {
    fail('splitRatio', 'at least 3 bins along each side', `${splitRatio}`);
  }
  if (smoothing?.type === 'gaussian' && smoothing.sigmaBins?.some((sigma) => !(sigma > 0))) {
    fail('sigmaBins', 'two numbers > 0', smoothing.sigmaBins.join(', '));
  }
  if (smoothing?.type === 'label' && !(smoothing.weight >= 0 && smoothing.weight < 0.5)) {
    fail('weight', 'a number from 0 to below 0.5', `${smoothing.weight}`);
  }
}
