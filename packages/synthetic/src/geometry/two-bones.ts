import type { Vec3 } from './vector.ts';
import { addScaled, lengthOf, normalize, perpendicular, subtract } from './vector.ts';

/** The share of full length that a limb is stretched to at most, so that its middle joint stays defined. */
const longestStretch = 0.998;

/** Two bones of a limb: thigh and shin, or upper arm and forearm. World metres. */
export interface TwoBones {
  readonly root: Vec3;
  /** Where the end is to be; if it is out of reach, the end comes as near as it can. */
  readonly target: Vec3;
  /** Both are kept exactly. */
  readonly lengths: readonly [number, number];
  /** The direction in which the middle joint bends out. */
  readonly pole: Vec3;
}

/** Places the middle and end joint of two bones. */
export function solveTwoBones({ root, target, lengths, pole }: TwoBones): {
  readonly middle: Vec3;
  readonly end: Vec3;
} {
  const [first, second] = lengths;
  const towards = subtract(target, root);
  const axis = normalize(towards);
  const nearest = Math.abs(first - second) * 1.02 + 1e-3;
  const reach = Math.min(Math.max(lengthOf(towards), nearest), (first + second) * longestStretch);
  const along = (first * first - second * second + reach * reach) / (2 * reach);
  const out = Math.sqrt(Math.max(0, first * first - along * along));
  const middle = addScaled(addScaled(root, axis, along), perpendicular(pole, axis), out);
  return { middle, end: addScaled(root, axis, reach) };
}

/** The farthest that two bones reach. */
export function reachOf(lengths: readonly [number, number]): number {
  return (lengths[0] + lengths[1]) * longestStretch;
}
