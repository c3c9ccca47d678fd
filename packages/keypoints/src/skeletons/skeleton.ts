import type { Problem } from '@limber/files';
import { LimberError } from '@limber/files';

/**
 * The joints of a body and what is known of them. It travels with the dataset, the shards, the
 * checkpoint and the exported model. Every index counts keypoints from 0.
 */
export interface Skeleton {
  readonly name: string;
  /** Joint names, in the order of the numbers in an annotation. K of them. */
  readonly keypoints: readonly string[];
  /** Limbs, as pairs of keypoint indices. */
  readonly links: readonly (readonly [number, number])[];
  /** Left and right joints that change places when an image is mirrored. */
  readonly pairs: readonly (readonly [left: number, right: number])[];
  readonly upperBody: readonly number[];
  readonly lowerBody: readonly number[];
  /** Spread of annotators per joint as a fraction of the square root of the person's area, for OKS. K numbers > 0. */
  readonly sigmas: readonly number[];
}

/**
 * For each keypoint, the one whose place it takes in a mirrored image.
 *
 * @returns K indices; a joint without a partner maps to itself.
 */
export function flipIndices(skeleton: Skeleton): number[] {
  const indices = skeleton.keypoints.map((_, index) => index);
  for (const [left, right] of skeleton.pairs) {
    indices[left] = right;
    indices[right] = left;
  }
  return indices;
}

/**
 * Checks that names are distinct, indices exist and there is one sigma for each joint.
 *
 * @throws {LimberError} `invalid-skeleton`, naming the field.
 */
export function validateSkeleton(skeleton: Skeleton): Skeleton {
  const count = skeleton.keypoints.length;
  const fail = (field: string, problem: Problem): never => {
    const where = `skeleton "${skeleton.name}".${field}`;
    throw new LimberError('invalid-skeleton', { ...problem, where });
  };
  if (count === 0) fail('keypoints', { what: 'no joints', expected: 'at least 1 name', got: '0' });
  const repeated = skeleton.keypoints.find((name, at) => skeleton.keypoints.indexOf(name) !== at);
  if (repeated !== undefined) {
    fail('keypoints', { what: 'a name twice', expected: 'distinct names', got: repeated });
  }
  if (skeleton.sigmas.length !== count) {
    const got = `${skeleton.sigmas.length}`;
    fail('sigmas', { what: 'wrong length', expected: `${count} numbers`, got });
  }
  const badSigma = skeleton.sigmas.find((sigma) => !(sigma > 0 && Number.isFinite(sigma)));
  if (badSigma !== undefined) {
    fail('sigmas', { what: 'not a spread', expected: 'numbers > 0', got: `${badSigma}` });
  }
  const groups = { links: skeleton.links.flat(), pairs: skeleton.pairs.flat() };
  const { upperBody, lowerBody } = skeleton;
  for (const [field, indices] of Object.entries({ ...groups, upperBody, lowerBody })) {
    const bad = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= count);
    if (bad === undefined) continue;
    fail(field, { what: 'no such joint', expected: `indices 0 to ${count - 1}`, got: `${bad}` });
  }
  const paired = groups.pairs;
  const twice = paired.find((index, at) => paired.indexOf(index) !== at);
  if (twice !== undefined) {
    fail('pairs', { what: 'a joint in two pairs', expected: 'each joint once', got: `${twice}` });
  }
  return skeleton;
}
