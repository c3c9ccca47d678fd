import type { Vec3 } from './vector.ts';
import { addScaled, lengthOf, normalize, perpendicular, subtract } from './vector.ts';

/** The share of full length that a limb is stretched to at most, so that its middle joint stays defined. */
const longestStretch = 0.998;

/**
 * Places the middle and end joint of two bones (thigh and shin, upper arm and forearm).
 *
 * @param root - world metres.
 * @param target - where the end is to be; if it is out of reach, the end comes as near as it can.
 * @param lengths - metres, both kept exactly.
 * @param pole - the direction in which the middle joint bends out.
 */
export function solveTwoBones(
  root: Vec3,
  target: Vec3,
  lengths: readonly [number, number],
  pole: Vec3,
): { readonly middle: Vec3; readonly end: Vec3 } {
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
