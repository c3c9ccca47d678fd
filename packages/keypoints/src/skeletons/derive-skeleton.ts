import type { Problem } from '@limber/files';
import { LimberError, nearestName } from '@limber/files';
import { coco17 } from './coco17.ts';
import { isLowerBody } from './joint-groups.ts';
import { pairByName } from './pair-joints.ts';
import type { Skeleton } from './skeleton.ts';
import { validateSkeleton } from './skeleton.ts';

/** What a COCO category says of its joints. `sigmas` and what follows is no part of COCO: a dataset says it with them. */
export interface CategoryJoints {
  readonly name: string;
  readonly keypoints: readonly string[];
  /** Limbs as COCO writes them: indices from 1. */
  readonly skeleton?: readonly (readonly [number, number])[] | undefined;
  /** One spread per joint. */
  readonly sigmas?: readonly number[] | undefined;
  /** Joints whose spread in `sigmas` is {@link assumedSigma}, for want of a known one. */
  readonly assumed_sigmas?: readonly string[] | undefined;
  /** Joints that change places when an image is mirrored, by name; empty if there are none. */
  readonly pairs?: readonly (readonly [left: string, right: string])[] | undefined;
  /** Sets of joints by name, such as `face` and `hands`; `upper_body` and `lower_body` are those of the half-body augmentation. */
  readonly groups?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** The spread that is assumed for a joint that COCO-17 does not have (CrowdPose gives this to head and neck). */
export const assumedSigma = 0.079;

/**
 * Makes a skeleton from a category, deriving what the category does not say.
 *
 * - links: those of COCO-17 between joints of the same names, if the category has none
 * - pairs: joints whose names differ in left and right only; null where one that looks left or right has no partner
 * - lower body: `groups.lower_body`, else hips, knees, ankles and feet by name
 * - upper body: `groups.upper_body`, else all that is not lower body
 * - sigmas: those of COCO-17 by name, else {@link assumedSigma}
 *
 * @throws {LimberError} `invalid-skeleton` if the category contradicts itself.
 */
export function deriveSkeleton(category: CategoryJoints): Skeleton {
  const { keypoints } = category;
  if (isCoco17(category)) return coco17;
  const groups = statedGroups(category);
  const lowerBody =
    groups.get('lower_body') ??
    keypoints.flatMap((name, index) => (isLowerBody(name) ? [index] : []));
  return validateSkeleton({
    name: category.name,
    keypoints,
    links:
      category.skeleton?.map(([from, to]) => [from - 1, to - 1] as const) ?? knownLinks(keypoints),
    pairs: category.pairs === undefined ? derivePairs(keypoints) : statedPairs(category),
    upperBody:
      groups.get('upper_body') ??
      keypoints.flatMap((_, index) => (lowerBody.includes(index) ? [] : [index])),
    lowerBody,
    sigmas: category.sigmas ?? keypoints.map((name) => knownSigma(name) ?? assumedSigma),
  });
}

/** The joints whose spread is neither stated nor COCO's, so that {@link assumedSigma} stands in. */
export function jointsWithoutKnownSigma(category: CategoryJoints): readonly string[] {
  if (category.sigmas !== undefined) return category.assumed_sigmas ?? [];
  return category.keypoints.filter((name) => knownSigma(name) === undefined);
}

const cocoPairs = coco17.pairs!.flat().map((joint) => coco17.keypoints[joint]!);

/** Whether all that the category says is as in COCO-17; it may say less. */
function isCoco17({ keypoints, skeleton, sigmas, pairs, groups }: CategoryJoints): boolean {
  const links = skeleton?.flatMap(([from, to]) => [from - 1, to - 1]) ?? coco17.links.flat();
  return (
    groups === undefined &&
    isSame(keypoints, coco17.keypoints) &&
    isSame(links, coco17.links.flat()) &&
    isSame(sigmas ?? coco17.sigmas, coco17.sigmas) &&
    isSame(pairs?.flat() ?? cocoPairs, cocoPairs)
  );
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function knownSigma(name: string): number | undefined {
  return coco17.sigmas[coco17.keypoints.indexOf(name)];
}

function knownLinks(names: readonly string[]): [number, number][] {
  const place = (index: number): number => names.indexOf(coco17.keypoints[index]!);
  return coco17.links
    .map(([from, to]): [number, number] => [place(from), place(to)])
    .filter(([from, to]) => from >= 0 && to >= 0);
}

function derivePairs(names: readonly string[]): Skeleton['pairs'] {
  const { pairs, alone } = pairByName(names);
  return alone.length > 0 ? null : pairs;
}

function statedPairs({ name, keypoints, pairs = [] }: CategoryJoints): [number, number][] {
  return pairs.map(([left, right], index) => {
    const where = `skeleton "${name}".pairs[${index}]`;
    return [indexOfJoint(left, keypoints, where), indexOfJoint(right, keypoints, where)];
  });
}

function statedGroups({
  name,
  keypoints,
  groups = {},
}: CategoryJoints): ReadonlyMap<string, number[]> {
  return new Map(
    Object.entries(groups).map(([group, joints]) => {
      const where = `skeleton "${name}".groups.${group}`;
      return [group, joints.map((joint) => indexOfJoint(joint, keypoints, where))];
    }),
  );
}

function indexOfJoint(joint: string, keypoints: readonly string[], where: string): number {
  const found = keypoints.indexOf(joint);
  if (found >= 0) return found;
  const near = nearestName(joint, keypoints);
  const problem: Problem = {
    where,
    what: 'no such joint',
    expected: `one of ${keypoints.join(', ')}`,
    got: joint,
    ...(near === undefined ? {} : { fix: `Did you mean "${near}"?` }),
  };
  throw new LimberError('invalid-skeleton', problem);
}
