import type { Box } from '../geometry/box.ts';

/** The outline of a person without `area`, as a part of the box (MMPose's rule for data without masks). */
export const areaPerBoxArea = 0.53;

/** The area of a person whose annotation gives none: 0.53 of the box, at least 1. Square pixels. */
export function areaOfBox([, , width, height]: Box): number {
  return Math.max(1, width * height * areaPerBoxArea);
}

/**
 * How many joints of an annotation are labelled (v > 0).
 *
 * @param keypoints - [3 K] numbers: x, y, v.
 */
export function countLabelled(keypoints: readonly number[]): number {
  let count = 0;
  for (let index = 2; index < keypoints.length; index += 3) if (keypoints[index]! > 0) count++;
  return count;
}
