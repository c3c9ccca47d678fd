import { LimberError, nearestName } from '@limber/files';
import type { GroundTruth, TruePerson } from '../ground-truths/ground-truth.ts';
import type { CocoResult } from '../results/coco-result.ts';

/** What a distance is divided by: the longer side of the box (PCK), the head (PCKh) or the torso (tPCK). */
export type PckNormalizer = 'bbox' | 'head' | 'torso';

/** The length of a person in imagePx, 0 where it is not known; `found` is the result that is paired with it. */
export type PersonSize = (person: TruePerson, found: CocoResult | undefined) => number;

/** The ends of a head and of a torso by the names of COCO, MPII and Leeds Sports Pose; the torso is MMPose's. */
const usualEnds = {
  head: [
    ['head_top', 'neck'],
    ['head_top', 'upper_neck'],
    ['head', 'neck'],
  ],
  torso: [['left_shoulder', 'right_hip']],
} as const;

/**
 * Measures persons in the way of MMPose: the head is the distance of its two ends where both are labelled, the torso
 * likewise, but taken from the prediction where the annotation gives none of at least 1 px.
 *
 * @param ends - the two joints, by name; by default those that the skeleton has of the usual names.
 * @throws {LimberError} `invalid-argument` if the skeleton does not have the joints.
 */
export function createPersonSize(
  category: GroundTruth['category'],
  normalizer: PckNormalizer,
  ends: readonly [string, string] | undefined,
): PersonSize {
  if (normalizer === 'bbox') return ({ bbox }) => Math.max(bbox[2], bbox[3]);
  const [from, to] = findEnds(category, normalizer, ends);
  return (person, found) => {
    const { keypoints } = person;
    const isLabelled = keypoints[3 * from + 2]! > 0 && keypoints[3 * to + 2]! > 0;
    const size = isLabelled ? distance(keypoints, from, to) : 0;
    if (normalizer === 'head' || size >= 1 || found === undefined) return size;
    return distance(found.keypoints, from, to);
  };
}

function findEnds(
  { name, keypoints }: GroundTruth['category'],
  normalizer: 'head' | 'torso',
  ends: readonly [string, string] | undefined,
): [number, number] {
  const usual = usualEnds[normalizer].find((names) =>
    names.every((end) => keypoints.includes(end)),
  );
  const chosen = ends ?? usual;
  if (chosen === undefined) {
    throw new LimberError('invalid-argument', {
      where: 'ends',
      what: `the skeleton "${name}" has no joints known to span the ${normalizer}`,
      expected: usualEnds[normalizer].map((names) => names.join(' and ')).join(', or '),
      got: keypoints.join(', '),
      fix: 'Name two of its joints.',
    });
  }
  const [from, to] = chosen.map((end) => {
    const index = keypoints.indexOf(end);
    if (index >= 0) return index;
    const near = nearestName(end, keypoints);
    throw new LimberError('invalid-argument', {
      where: 'ends',
      what: 'no such joint',
      expected: `one of ${keypoints.join(', ')}`,
      got: end,
      ...(near === undefined ? {} : { fix: `Did you mean "${near}"?` }),
    });
  });
  return [from!, to!];
}

function distance(keypoints: readonly number[], a: number, b: number): number {
  return Math.hypot(
    keypoints[3 * a]! - keypoints[3 * b]!,
    keypoints[3 * a + 1]! - keypoints[3 * b + 1]!,
  );
}
