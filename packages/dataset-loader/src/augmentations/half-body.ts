import type { Random, Region, Skeleton } from '@limber/keypoints';
import type { HalfBody } from './augmentation.ts';

/**
 * The region around half of a person, or undefined where the person is to be shown whole.
 *
 * Frame: imagePx.
 *
 * @param keypoints - [K, 3]: x, y, v; joints with v 0 are ignored.
 * @returns the joints' extent times the padding, about their mean; not grown to any aspect ratio.
 * @see MMPose `RandomHalfBody`.
 */
export function halfBodyRegion(
  keypoints: Float32Array,
  skeleton: Pick<Skeleton, 'upperBody' | 'lowerBody'>,
  options: HalfBody,
  random: Random,
): Region | undefined {
  const isLabelled = (joint: number): boolean => keypoints[joint * 3 + 2]! > 0;
  const labelled = Array.from({ length: keypoints.length / 3 }, (_, joint) => joint).filter(
    isLabelled,
  );
  if (labelled.length < options.minTotalKeypoints) return undefined;
  if (!random.chance(options.probability)) return undefined;
  const prefersUpper = random.chance(options.upperPrioritizedProbability);
  const upper = skeleton.upperBody.filter(isLabelled);
  const lower = skeleton.lowerBody.filter(isLabelled);
  const hasUpper = upper.length >= options.minUpperKeypoints;
  const hasLower = lower.length >= options.minLowerKeypoints;
  if (!hasUpper && !hasLower) return undefined;
  const chosen = hasUpper && (prefersUpper || !hasLower) ? upper : lower;
  const region = extentOf(chosen, keypoints, options.padding);
  // joints on one spot have no extent to look at
  return Math.max(region.size.width, region.size.height) >= 1 ? region : undefined;
}

function extentOf(joints: readonly number[], keypoints: Float32Array, padding: number): Region {
  const xs = joints.map((joint) => keypoints[joint * 3]!);
  const ys = joints.map((joint) => keypoints[joint * 3 + 1]!);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    center: { x: mean(xs), y: mean(ys) },
    size: {
      width: (Math.max(...xs) - Math.min(...xs)) * padding,
      height: (Math.max(...ys) - Math.min(...ys)) * padding,
    },
  };
}
