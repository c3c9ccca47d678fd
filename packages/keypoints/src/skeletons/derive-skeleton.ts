import { coco17 } from './coco17.ts';
import type { Skeleton } from './skeleton.ts';
import { validateSkeleton } from './skeleton.ts';

/** What a COCO category says of its joints. */
export interface CategoryJoints {
  readonly name: string;
  readonly keypoints: readonly string[];
  /** Limbs as COCO writes them: indices from 1. */
  readonly skeleton?: readonly (readonly [number, number])[] | undefined;
  /** One spread per joint; not part of COCO, written by Limber so that a dataset is complete. */
  readonly sigmas?: readonly number[] | undefined;
}

/** The spread of a joint that COCO-17 does not have (CrowdPose gives this to head and neck). */
export const unknownJointSigma = 0.079;

/**
 * Makes a skeleton from a category, deriving what the category does not say.
 *
 * - links: those of COCO-17 between joints of the same names, if the category has none
 * - pairs: joints whose names differ in `left` and `right` only
 * - lower body: hips, knees, ankles and feet by name; all else is upper body
 * - sigmas: those of COCO-17 by name, else {@link unknownJointSigma}
 *
 * @throws {LimberError} `invalid-skeleton` if the category contradicts itself.
 */
export function deriveSkeleton(category: CategoryJoints): Skeleton {
  const { keypoints } = category;
  if (isCoco17(category)) return coco17;
  const lowerBody = keypoints.flatMap((name, index) => (isLowerBody(name) ? [index] : []));
  return validateSkeleton({
    name: category.name,
    keypoints,
    links:
      category.skeleton?.map(([from, to]) => [from - 1, to - 1] as const) ?? knownLinks(keypoints),
    pairs: pairsByName(keypoints),
    upperBody: keypoints.flatMap((_, index) => (lowerBody.includes(index) ? [] : [index])),
    lowerBody,
    sigmas: category.sigmas ?? keypoints.map((name) => knownSigma(name) ?? unknownJointSigma),
  });
}

/** The joints whose spread is not stated, so that {@link unknownJointSigma} stands in. */
export function jointsWithoutKnownSigma(category: CategoryJoints): string[] {
  if (category.sigmas !== undefined) return [];
  return category.keypoints.filter((name) => knownSigma(name) === undefined);
}

/** Whether all that the category says is as in COCO-17; it may say less. */
function isCoco17({ keypoints, skeleton, sigmas }: CategoryJoints): boolean {
  const links = skeleton?.flatMap(([from, to]) => [from - 1, to - 1]) ?? coco17.links.flat();
  return (
    isSame(keypoints, coco17.keypoints) &&
    isSame(links, coco17.links.flat()) &&
    isSame(sigmas ?? coco17.sigmas, coco17.sigmas)
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

function pairsByName(names: readonly string[]): [number, number][] {
  return names.flatMap((name, left): [number, number][] => {
    const right = names.indexOf(mirroredName(name));
    return isLeft(name) && right >= 0 ? [[left, right]] : [];
  });
}

/** A word of its own (`left_hip`, `hip.L`, `LEFT HIP`) or of a name in camel case (`leftHip`, `LHip`, `hipLeft`). */
const leftWord = /(?<![A-Za-z])(?:left|Left|LEFT|l|L)(?![a-z])|(?<=[a-z])Left(?![a-z])/;

function isLeft(name: string): boolean {
  return leftWord.test(name);
}

function mirroredName(name: string): string {
  return name.replace(leftWord, (word) => {
    const right = word.length === 1 ? 'r' : 'right';
    return word === word.toUpperCase()
      ? right.toUpperCase()
      : word[0] === word[0]!.toUpperCase()
        ? right[0]!.toUpperCase() + right.slice(1)
        : right;
  });
}

function isLowerBody(name: string): boolean {
  return /hip|knee|ankle|foot|toe|heel|thigh|calf|shin/i.test(name);
}
