import { LimberError } from '@limber/files';
import type { Point, Skeleton } from '@limber/keypoints';
import type { PredictedPose } from '../prediction/predicted-pose.ts';

/** What counts as down and as up. */
export interface RepetitionOptions {
  readonly skeleton: Pick<Skeleton, 'name' | 'keypoints'>;
  /** Down: hips and knees are bent to this angle on average, in degrees of 180 for straight. */
  readonly bentDegrees?: number;
  /** Up: they are straight to this angle. Between the two nothing changes, so that trembling is no repetition. */
  readonly straightDegrees?: number;
  /** Joints with a lower score say nothing. */
  readonly minimumScore?: number;
}

/** The bends whose angles are looked at, on each side: a joint between two others. */
const bends = [
  ['shoulder', 'hip', 'knee'],
  ['hip', 'knee', 'ankle'],
] as const;
const sides = ['left', 'right'] as const;

/**
 * Counts the repetitions of a squat in the poses of one person, frame after frame: each time that somebody who was down is
 * up again. Frames in which no hip or knee is certain are passed over.
 *
 * The angles are those in the image, whatever its scale. Seen from the front, a shallow squat bends them by some 25
 * degrees only, which is no repetition by default.
 *
 * @param poses - of one track, see `createPoseTracker`, in order.
 * @throws {LimberError} `invalid-skeleton` if it lacks hips, knees and what lies beyond; `invalid-argument` if down is not below up.
 */
export function countRepetitions(
  poses: readonly Pick<PredictedPose, 'keypoints'>[],
  { skeleton, bentDegrees = 140, straightDegrees = 155, minimumScore = 0.2 }: RepetitionOptions,
): number {
  if (!(bentDegrees < straightDegrees)) {
    const what = 'down is not below up';
    const expected = `bentDegrees below straightDegrees, ${straightDegrees}`;
    throw new LimberError('invalid-argument', { what, expected, got: `${bentDegrees}` });
  }
  const places = bends.flatMap((joints) =>
    sides.map((side) => joints.map((joint) => placeOf(`${side}_${joint}`, skeleton))),
  );
  let isDown = false;
  let count = 0;
  for (const { keypoints } of poses) {
    const angles = places.flatMap((joints) => angleAt(joints, keypoints, minimumScore));
    if (angles.length === 0) continue;
    const mean = angles.reduce((sum, angle) => sum + angle, 0) / angles.length;
    if (mean <= bentDegrees) isDown = true;
    if (mean < straightDegrees || !isDown) continue;
    isDown = false;
    count += 1;
  }
  return count;
}

function placeOf(joint: string, { name, keypoints }: RepetitionOptions['skeleton']): number {
  const place = keypoints.indexOf(joint);
  if (place >= 0) return place;
  throw new LimberError('invalid-skeleton', {
    where: `skeleton "${name}"`,
    what: `no joint "${joint}"`,
    expected: 'shoulders, hips, knees and ankles of both sides',
    got: keypoints.join(', '),
  });
}

/** @returns none if one of the three joints is not certain. */
function angleAt(
  joints: readonly number[],
  keypoints: readonly number[],
  minimumScore: number,
): number[] {
  const isCertain = joints.every((joint) => keypoints[joint * 3 + 2]! >= minimumScore);
  if (!isCertain) return [];
  const [from, corner, to] = joints.map((joint): Point => ({
    x: keypoints[joint * 3]!,
    y: keypoints[joint * 3 + 1]!,
  })) as [Point, Point, Point];
  const [a, b] = [from, to].map(({ x, y }) => Math.atan2(y - corner.y, x - corner.x)) as [
    number,
    number,
  ];
  const turn = Math.abs(a - b);
  const radians = Math.min(turn, 2 * Math.PI - turn);
  return Number.isFinite(radians) ? [(radians * 180) / Math.PI] : [];
}
