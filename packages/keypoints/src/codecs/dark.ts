import type { Point } from '../geometry/affine.ts';
import type { Size } from '../geometry/box.ts';
import { fitPeak } from './fit-peak.ts';
import { blurHeatmap } from './gaussian-blur.ts';

/** Below this a heatmap's logarithm is not taken (MMPose `refine_keypoints_dark`). */
const smallestValue = 1e-10;

/** A longer step leaves the pixels that the curvature was taken from, so it is no refinement. Heatmap pixels. */
const longestStepPx = 2;

/**
 * Finds the peak of each heatmap, then moves it by a second-order Taylor step of the blurred map's logarithm.
 *
 * A peak whose curvature is not that of a peak, or whose step would be longer than 2 pixels, stays on its pixel, as happens with
 * the flat maps of a network that has not learned yet. Where the blur would see the outside, a parabola is
 * fitted to the row and to the column of the peak ({@link fitPeak}). A map whose maximum is not above 0 gives (-1, -1) and that
 * maximum as score.
 *
 * @param heatmaps - [H, W, K].
 * @param options.blurKernelSize - width of the blur in heatmap pixels, odd.
 * @returns keypoints [K, 2] in heatmap pixels and scores [K], the maxima before the blur.
 * @see Zhang et al. 2020, arXiv:1910.06278, section 3.
 */
export function refineDark(
  heatmaps: Float32Array,
  size: Size,
  { jointCount, blurKernelSize }: { readonly jointCount: number; readonly blurKernelSize: number },
): { keypoints: Float32Array; scores: Float32Array } {
  const { width, height } = size;
  const keypoints = new Float32Array(jointCount * 2);
  const scores = new Float32Array(jointCount);
  const map = new Float64Array(width * height);
  for (let joint = 0; joint < jointCount; joint++) {
    for (let at = 0; at < map.length; at++) map[at] = heatmaps[at * jointCount + joint]!;
    const peak = argmax(map);
    const score = map[peak]!;
    scores[joint] = score;
    if (!(score > 0)) {
      keypoints[joint * 2] = -1;
      keypoints[joint * 2 + 1] = -1;
      continue;
    }
    const x = peak % width;
    const y = Math.floor(peak / width);
    const reach = Math.max((blurKernelSize - 1) / 2, 2);
    const isNearBorder = Math.min(x, y, width - 1 - x, height - 1 - y) < reach;
    const shift = isNearBorder
      ? borderShift(map, size, { x, y })
      : taylorShift(blurHeatmap(map, size, blurKernelSize), width, { x, y });
    keypoints[joint * 2] = x + shift.x;
    keypoints[joint * 2 + 1] = y + shift.y;
  }
  return { keypoints, scores };
}

function argmax(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at;
  return best;
}

function borderShift(map: Float64Array, { width, height }: Size, { x, y }: Point): Point {
  const column = Float64Array.from({ length: height }, (_, row) => map[row * width + x]!);
  return { x: fitPeak(map.subarray(y * width, (y + 1) * width), x), y: fitPeak(column, y) };
}

function taylorShift(blurred: Float64Array, width: number, { x, y }: Point): Point {
  const log = (dx: number, dy: number): number =>
    Math.log(Math.max(blurred[(y + dy) * width + x + dx]!, smallestValue));
  const center = log(0, 0);
  const slopeX = (log(1, 0) - log(-1, 0)) / 2;
  const slopeY = (log(0, 1) - log(0, -1)) / 2;
  const xx = (log(2, 0) - 2 * center + log(-2, 0)) / 4;
  const yy = (log(0, 2) - 2 * center + log(0, -2)) / 4;
  const xy = (log(1, 1) - log(-1, 1) - log(1, -1) + log(-1, -1)) / 4;
  const determinant = xx * yy - xy * xy;
  const x1 = -(yy * slopeX - xy * slopeY) / determinant;
  const y1 = -(xx * slopeY - xy * slopeX) / determinant;
  const isPeak = determinant > 0 && xx < 0;
  const isNear = Math.abs(x1) <= longestStepPx && Math.abs(y1) <= longestStepPx;
  return isPeak && isNear ? { x: x1, y: y1 } : { x: 0, y: 0 };
}
