import type { CocoCategory } from '@limber/keypoints';
import { coco17 } from '@limber/keypoints';
import { toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import type { Pose } from '../motions/pose.ts';
import type { Person, Side } from '../people/person.ts';
import { signOf } from '../people/person.ts';

/** Which joints are written, in which order, and where annotators put those on which they differ. */
export interface LabelSet {
  readonly category: CocoCategory;
  /** World place of a hip. */
  readonly hipOf: (pose: Pose, person: Person, side: Side) => Vec3;
}

const nameOf = (joint: number): string => coco17.keypoints[joint]!;

const cocoCategory: CocoCategory = {
  id: 1,
  name: 'person',
  keypoints: coco17.keypoints,
  skeleton: coco17.links.map(([from, to]) => [from + 1, to + 1] as const),
  sigmas: coco17.sigmas,
  pairs: coco17.pairs!.map(([left, right]) => [nameOf(left), nameOf(right)] as const),
};

/** Leeds Sports Poses: Johnson and Everingham, BMVC 2010. */
const lspNames = [
  'right_ankle',
  'right_knee',
  'right_hip',
  'left_hip',
  'left_knee',
  'left_ankle',
  'right_wrist',
  'right_elbow',
  'right_shoulder',
  'left_shoulder',
  'left_elbow',
  'left_wrist',
  'neck',
  'head_top',
] as const;

/** CrowdPose's spread of head and neck, which COCO does not have. */
const assumedSigma = 0.079;

const sigmaOf = (name: string): number =>
  coco17.sigmas[coco17.keypoints.indexOf(name)] ?? assumedSigma;

const lspCategory: CocoCategory = {
  id: 1,
  name: 'person',
  keypoints: lspNames,
  skeleton: [
    [1, 2],
    [2, 3],
    [3, 4],
    [4, 5],
    [5, 6],
    [7, 8],
    [8, 9],
    [9, 13],
    [10, 13],
    [10, 11],
    [11, 12],
    [13, 14],
  ],
  sigmas: lspNames.map(sigmaOf),
  assumed_sigmas: ['neck', 'head_top'],
  pairs: ['ankle', 'knee', 'hip', 'wrist', 'elbow', 'shoulder'].map(
    (joint) => [`left_${joint}`, `right_${joint}`] as const,
  ),
};

/** In parts of the height: half the distance between hips as Leeds' annotators put them, and how far above the joints. */
const lspHips = { halfWidth: 0.078, rise: 0.03 };

/**
 * COCO's hips are those that the thighs turn about. Those of Leeds lie further out and up: in its extended training
 * images, seen from the front, they are 0.75 of the shoulders apart, and thigh and trunk are about as long.
 */
export const labelSets: Readonly<Record<'coco-17' | 'lsp-14', LabelSet>> = {
  'coco-17': { category: cocoCategory, hipOf: ({ legs }, _, side) => legs[side].hip },
  'lsp-14': {
    category: lspCategory,
    hipOf: ({ pelvis }, { height }, side) =>
      toWorld(pelvis, [signOf(side) * lspHips.halfWidth * height, lspHips.rise * height, 0]),
  },
};
