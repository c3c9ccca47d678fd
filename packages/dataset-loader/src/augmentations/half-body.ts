import type { Random, Region } from '@limber/keypoints';
import type { ViewedPerson } from './view.ts';

/** Shows only the upper or only the lower body of some persons (MMPose `RandomHalfBody`). */
export interface HalfBody {
  /** How often, 0 to 1. */
  readonly probability: number;
  /** Persons with fewer labelled joints are shown whole. */
  readonly minTotalKeypoints: number;
  /** Fewer labelled joints than this are no upper body. */
  readonly minUpperKeypoints: number;
  /** Fewer labelled joints than this are no lower body. */
  readonly minLowerKeypoints: number;
  /** The region's sides as multiples of the extent of the chosen joints. */
  readonly padding: number;
  /** How often the upper body is chosen where both are possible, 0 to 1. */
  readonly upperPrioritizedProbability: number;
}

/** The options that say what counts as a half. */
type HalfLimits = Pick<
  HalfBody,
  'padding' | 'minTotalKeypoints' | 'minUpperKeypoints' | 'minLowerKeypoints'
>;

/** The joints that make a half of a person; null: too few. */
interface Halves {
  readonly upper: readonly number[] | null;
  readonly lower: readonly number[] | null;
}

/**
 * The region around half of a person, or null where the person is to be shown whole.
 *
 * Frame: imagePx.
 *
 * @returns the joints' extent times the padding, about their mean; not grown to any aspect ratio.
 * @see MMPose `RandomHalfBody`.
 */
export function halfBodyRegion(
  person: ViewedPerson,
  options: HalfBody,
  random: Random,
): Region | null {
  const halves = halvesOf(person, options);
  if (halves === null) return null;
  if (!random.chance(options.probability)) return null;
  const prefersUpper = random.chance(options.upperPrioritizedProbability);
  const { upper, lower } = halves;
  const chosen = prefersUpper ? (upper ?? lower) : (lower ?? upper);
  return chosen === null ? null : regionAround(chosen, person.keypoints, options.padding);
}

/** The regions around all halves of a person that {@link halfBodyRegion} may show, whatever is drawn. */
export function halfBodyRegions(person: ViewedPerson, limits: HalfLimits): Region[] {
  const { upper = null, lower = null } = halvesOf(person, limits) ?? {};
  return [upper, lower].flatMap((joints) => {
    return joints === null ? [] : (regionAround(joints, person.keypoints, limits.padding) ?? []);
  });
}

/** null: the person has too few labelled joints to be halved. */
function halvesOf({ keypoints, skeleton }: ViewedPerson, limits: HalfLimits): Halves | null {
  const isLabelled = (joint: number): boolean => keypoints[joint * 3 + 2]! > 0;
  const labelled = Array.from({ length: keypoints.length / 3 }, (_, joint) => joint).filter(
    isLabelled,
  );
  if (labelled.length < limits.minTotalKeypoints) return null;
  const upper = skeleton.upperBody.filter(isLabelled);
  const lower = skeleton.lowerBody.filter(isLabelled);
  return {
    upper: upper.length >= limits.minUpperKeypoints ? upper : null,
    lower: lower.length >= limits.minLowerKeypoints ? lower : null,
  };
}

function regionAround(
  joints: readonly number[],
  keypoints: Float32Array,
  padding: number,
): Region | null {
  const region = extentOf(joints, keypoints, padding);
  // joints on one spot have no extent to look at
  return Math.max(region.size.width, region.size.height) >= 1 ? region : null;
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
