import type { Problem } from '@limber/files';
import { LimberError } from '@limber/files';
import { pairByName } from './pair-joints.ts';

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
  /** Left and right joints that change places when an image is mirrored; null: not known, so none may be mirrored. */
  readonly pairs: readonly (readonly [left: number, right: number])[] | null;
  readonly upperBody: readonly number[];
  readonly lowerBody: readonly number[];
  /** Spread of annotators per joint as a fraction of the square root of the person's area, for OKS. K numbers > 0. */
  readonly sigmas: readonly number[];
}

/**
 * For each keypoint, the one whose place it takes in a mirrored image.
 *
 * @returns K indices; a joint without a partner maps to itself.
 * @throws {LimberError} `invalid-skeleton` if the pairs are not known.
 */
export function flipIndices(skeleton: Skeleton): number[] {
  if (skeleton.pairs === null) throw unknownPairs(skeleton);
  const indices = skeleton.keypoints.map((_, index) => index);
  for (const [left, right] of skeleton.pairs) {
    indices[left] = right;
    indices[right] = left;
  }
  return indices;
}

function unknownPairs({ name, keypoints }: Skeleton): LimberError {
  const alone = pairByName(keypoints).alone.map((joint) => keypoints[joint]!);
  return new LimberError('invalid-skeleton', {
    where: `skeleton "${name}".pairs`,
    what: 'not known, so that no image can be mirrored',
    expected: 'a partner for each joint that looks left or right',
    got: `none for ${alone.join(', ')}`,
    fix:
      'State them by name in the category or in a skeleton file: "pairs": [["left_hip", "right_hip"], …], or [] for ' +
      'joints without sides. Or never mirror: flipProbability 0, flipTest false.',
  });
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
  const groups = { links: skeleton.links.flat(), pairs: skeleton.pairs?.flat() ?? [] };
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
