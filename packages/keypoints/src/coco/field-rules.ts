import type { Box, Size } from '../geometry/box.ts';
import { clipBox } from '../geometry/box.ts';
import type { CocoAnnotation } from './coco-dataset.ts';

/** The outline of a person without `area`, as a part of the box (MMPose's rule for data without masks). */
export const areaPerBoxArea = 0.53;

/** Whether a person that counts has the area 0, with which nothing can be found. */
export function isWithoutArea({ area, iscrowd, keypoints }: CocoAnnotation): boolean {
  return area === 0 && iscrowd === 0 && countLabelled(keypoints) > 0;
}

/** The area of a person whose annotation gives none: 0.53 of the box, at least 1. Square pixels. */
export function areaOfBox([, , width, height]: Box): number {
  return Math.max(1, width * height * areaPerBoxArea);
}

/**
 * The smallest box around the labelled joints, in imagePx.
 *
 * @param keypoints - [3 K] numbers: x, y, v; at least one v > 0.
 */
export function boxOfJoints(keypoints: readonly number[]): Box {
  const labelled = (offset: number): number[] =>
    keypoints.filter((_, at) => at % 3 === offset && keypoints[at - offset + 2]! > 0);
  const [xs, ys] = [labelled(0), labelled(1)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return [left, top, Math.max(...xs) - left, Math.max(...ys) - top];
}

/** How far a derived box reaches beyond the outermost joints, as a part of its longer side: bodies are wider than joints. */
export const boxBorder = 0.1;

/**
 * The box of a person of a dataset whose annotation gives none: around the labelled joints, wider by
 * {@link boxBorder} of the longer side (at least 1 pixel) on each side, and inside the image. imagePx.
 *
 * @param keypoints - [3 K] numbers: x, y, v; at least one v > 0.
 */
export function boxAroundJoints(keypoints: readonly number[], image: Size): Box {
  const [x, y, width, height] = boxOfJoints(keypoints);
  const border = Math.max(1, boxBorder * Math.max(width, height));
  return clipBox([x - border, y - border, width + 2 * border, height + 2 * border], image);
}

/**
 * How many joints of an annotation are labelled (v > 0).
 *
 * @param keypoints - [3 K] numbers: x, y, v.
 */
export function countLabelled(keypoints: ArrayLike<number>): number {
  let count = 0;
  for (let index = 2; index < keypoints.length; index += 3) if (keypoints[index]! > 0) count++;
  return count;
}
