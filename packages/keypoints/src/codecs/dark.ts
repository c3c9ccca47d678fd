import type { Point } from '../geometry/affine.ts';
import type { Size } from '../geometry/box.ts';
import { blurHeatmap } from './gaussian-blur.ts';

/** Below this a heatmap's logarithm is not taken (MMPose `refine_keypoints_dark`). */
const smallestValue = 1e-10;

/** A longer step leaves the pixels that the curvature was taken from, so it is no refinement. Heatmap pixels. */
const longestStepPx = 2;

/**
 * Finds the peak of each heatmap, then moves it by a second-order Taylor step of the blurred map's logarithm.
 *
 * A peak within 2 pixels of the border stays on its pixel, and so does one whose curvature is not that of a peak or whose
 * step would be longer than 2 pixels, as happens with the flat maps of a network that has not learned yet. A map whose
 * maximum is not above 0 gives (-1, -1) and that maximum as score.
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
    const shift = taylorShift(blurHeatmap(map, size, blurKernelSize), size, { x, y });
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

function taylorShift(blurred: Float64Array, { width, height }: Size, { x, y }: Point): Point {
  if (!(x > 1 && x < width - 2 && y > 1 && y < height - 2)) return { x: 0, y: 0 };
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
