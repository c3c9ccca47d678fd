import type { Frame } from '../geometry/frame.ts';
import { toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import {
  add,
  addScaled,
  cross,
  lengthOf,
  normalize,
  perpendicular,
  scale,
  subtract,
} from '../geometry/vector.ts';
import type { Pose } from '../motions/pose.ts';
import type { Person, Side } from '../people/person.ts';
import { sides } from '../people/person.ts';

/** What a vertex follows: two bones, and the share of the second. */
export interface Binding {
  readonly first: number;
  readonly second: number;
  /** 0 to 1. */
  readonly share: number;
}

const limbBones = [
  'shoulder',
  'upperArm',
  'elbow',
  'forearm',
  'hand',
  'hip',
  'thigh',
  'knee',
  'shin',
  'foot',
] as const;
type LimbBone = (typeof limbBones)[number];

/** The place of every bone in the list that the renderer is given; 0 does not move. */
export const bone = {
  world: 0,
  pelvis: 1,
  belly: 2,
  chest: 3,
  neck: 4,
  head: 5,
  strand: 6,
  held: 7,
} as const;

/** The bones of one side. */
export function limbBonesOf(side: Side): Readonly<Record<LimbBone, number>> {
  const first = side === 'left' ? 8 : 8 + limbBones.length;
  return Object.fromEntries(limbBones.map((name, index) => [name, first + index])) as Record<
    LimbBone,
    number
  >;
}

/** Follows one bone only. */
export function rigid(first: number): Binding {
  return { first, second: first, share: 0 };
}

/** Follows the first bone at share 0 and the second at share 1. */
export function between(first: number, second: number, share: number): Binding {
  const kept = Math.min(1, Math.max(0, share));
  return { first, second, share: kept * kept * (3 - 2 * kept) };
}

/** Where every bone of a pose is, in their order. Between two bones lies one that turns half as far, so that skin bends without folding. */
export function boneFrames(pose: Pose, person: Person): Frame[] {
  const { pelvis, chest, head, arms, legs } = pose;
  const bend = toWorld(pelvis, [0, person.lumbar, 0]);
  const frames: Frame[] = [];
  frames[bone.world] = { origin: [0, 0, 0], left: [1, 0, 0], up: [0, 1, 0], front: [0, 0, 1] };
  frames[bone.pelvis] = pelvis;
  frames[bone.belly] = halfway(bend, pelvis, chest);
  frames[bone.chest] = chest;
  frames[bone.neck] = halfway(toWorld(chest, [0, 0.045, -0.01]), chest, head);
  frames[bone.head] = head;
  frames[bone.strand] = strandFrame(head);
  const wrists = scale(add(arms.left.wrist, arms.right.wrist), 0.5);
  frames[bone.held] = { ...chest, origin: wrists };
  for (const side of sides) {
    const bones = limbBonesOf(side);
    const { shoulder, elbow, wrist, back } = arms[side];
    const bendOfArm = bendOf([shoulder, elbow, wrist], chest.front, -1);
    const upperArm = limbFrame(shoulder, elbow, bendOfArm);
    const forearm = limbFrame(elbow, wrist, bendOfArm);
    frames[bones.shoulder] = halfway(shoulder, chest, upperArm);
    frames[bones.upperArm] = upperArm;
    frames[bones.elbow] = halfway(elbow, upperArm, forearm);
    frames[bones.forearm] = forearm;
    frames[bones.hand] = { ...limbFrame(elbow, wrist, back), origin: wrist };
    const { hip, knee, ankle, foot } = legs[side];
    const bendOfLeg = bendOf([hip, knee, ankle], foot.front, 1);
    const thigh = limbFrame(hip, knee, bendOfLeg);
    const shin = limbFrame(knee, ankle, bendOfLeg);
    frames[bones.hip] = halfway(hip, pelvis, thigh);
    frames[bones.thigh] = thigh;
    frames[bones.knee] = halfway(knee, thigh, shin);
    frames[bones.shin] = shin;
    frames[bones.foot] = foot;
  }
  return frames;
}

/** Where the outside of the bend looks: knees to the front (sign 1), elbows to the back (-1). */
export function bendOf(
  [root, middle, end]: readonly [root: Vec3, middle: Vec3, end: Vec3],
  otherwise: Vec3,
  sign: 1 | -1,
): Vec3 {
  const out = subtract(middle, scale(add(root, end), 0.5));
  return normalize(addScaled(scale(out, sign), otherwise, 0.02));
}

/** A limb hangs down from its frame: `up` looks back along it. */
function limbFrame(from: Vec3, to: Vec3, front: Vec3): Frame {
  const up = normalize(subtract(from, to));
  return frameFrom(from, up, front);
}

/** The frame with exactly this `up`, and a front as near as can be to the one given. */
function frameFrom(origin: Vec3, up: Vec3, front: Vec3): Frame {
  const level = perpendicular(front, up);
  return { origin, up, front: level, left: cross(up, level) };
}

function halfway(origin: Vec3, a: Frame, b: Frame): Frame {
  const up = add(a.up, b.up);
  const front = add(a.front, b.front);
  // turned right round, the way is by the front
  const isOpposite = lengthOf(up) < 0.2;
  return isOpposite
    ? frameFrom(origin, normalize(add(a.front, addScaled(up, b.front, -1))), a.up)
    : frameFrom(origin, normalize(up), lengthOf(front) < 0.2 ? a.front : front);
}

/** Long hair hangs from the back of the head, and follows it in part. */
function strandFrame(head: Frame): Frame {
  const origin = toWorld(head, [0, 0.02, -0.1]);
  const up = add(head.up, [0, 0.9, 0]);
  return frameFrom(origin, lengthOf(up) < 0.3 ? head.up : normalize(up), head.front);
}

/** Writes the matrices that take what is bound to bones from rest to a pose: 16 numbers for each bone, column by column. */
export function writeBones(
  rest: readonly Frame[],
  posed: readonly Frame[],
  out: Float32Array,
): void {
  for (const [index, from] of rest.entries()) {
    const to = posed[index]!;
    const at = index * 16;
    for (let row = 0; row < 3; row++) {
      let offset = to.origin[row]!;
      for (let column = 0; column < 3; column++) {
        const value =
          to.left[row]! * from.left[column]! +
          to.up[row]! * from.up[column]! +
          to.front[row]! * from.front[column]!;
        out[at + column * 4 + row] = value;
        offset -= value * from.origin[column]!;
      }
      out[at + 12 + row] = offset;
    }
  }
}
