import type { Vec3 } from '../geometry/vector.ts';
import { add, addScaled, normalize, scale, subtract } from '../geometry/vector.ts';
import type { Side } from '../people/person.ts';
import type { DressedBody } from './dressed-body.ts';
import { addFoot } from './foot.ts';
import { addHand } from './hand.ts';
import type { LimbOptions } from './limb.ts';
import { addLimb } from './limb.ts';
import type { Mesh } from './mesh.ts';
import type { Part } from './part.ts';
import { limbParts } from './part.ts';
import type { Profile } from './profile.ts';
import { thicken } from './profile.ts';

/** Half widths in metres at a height of 1.75 m: at, side, depth, front. Neighbours agree at their joint. */
const thigh: Profile = [
  [0, 0.088, 0.094, 0],
  [0.25, 0.085, 0.092, 0.004],
  [0.6, 0.07, 0.075, 0.006],
  [0.88, 0.056, 0.058, 0.002],
  [1, 0.054, 0.056, 0],
];
const shin: Profile = [
  [0, 0.054, 0.056, 0],
  [0.12, 0.053, 0.054, -0.006],
  [0.3, 0.057, 0.06, -0.016],
  [0.55, 0.047, 0.049, -0.011],
  [0.85, 0.034, 0.037, -0.002],
  [1, 0.037, 0.04, 0],
];
const upperArm: Profile = [
  [0, 0.051, 0.053, 0],
  [0.25, 0.051, 0.054, 0.001],
  [0.55, 0.044, 0.05, 0.004],
  [0.85, 0.039, 0.041, 0],
  [1, 0.038, 0.038, 0],
];
const forearm: Profile = [
  [0, 0.038, 0.038, 0],
  [0.22, 0.042, 0.044, 0],
  [0.6, 0.034, 0.034, 0],
  [0.9, 0.028, 0.024, 0],
  [1, 0.027, 0.023, 0],
];

/** Adds an arm, its hand and its sleeve. World metres. */
export function addArm(mesh: Mesh, body: DressedBody, side: Side): void {
  const { pose, person, appearance, palette } = body;
  const { shoulder, elbow, wrist, back } = pose.arms[side];
  const parts = limbParts(side);
  const size = person.height / 1.75;
  const thickness = size * (0.55 + 0.2 * person.girth + 0.25 * person.muscle);
  const joints = [shoulder, elbow, wrist] as const;
  const bones: Bones = {
    joints,
    front: bendOf(joints, pose.chest.front, -1),
    parts: [parts.upperArm, parts.forearm],
    profiles: [thicken(upperArm, thickness), thicken(forearm, thickness)],
  };
  addBones(mesh, bones, palette.skin);
  const { sleeveLength: reach, looseness } = appearance;
  if (reach > 0) {
    const offset = 0.007 + looseness.shirt * 0.8;
    addShell(mesh, bones, { reach, offset, material: palette.sleeve });
  }
  addHand(mesh, { wrist, elbow, back, size, part: parts.hand, material: palette.skin });
}

/** Adds a leg, its trouser leg, sock and shoe. World metres. */
export function addLeg(mesh: Mesh, body: DressedBody, side: Side): void {
  const { pose, person, appearance, palette } = body;
  const { hip, knee, ankle, foot } = pose.legs[side];
  const parts = limbParts(side);
  const size = person.height / 1.75;
  const thickness = size * (0.35 + 0.5 * person.girth + 0.15 * person.muscle);
  const joints = [hip, knee, ankle] as const;
  const bones: Bones = {
    joints,
    front: bendOf(joints, foot.front, 1),
    parts: [parts.thigh, parts.shin],
    profiles: [thicken(thigh, thickness), thicken(shin, thickness)],
  };
  addBones(mesh, bones, palette.skin);
  const { trouserLength: reach, looseness } = appearance;
  addShell(mesh, bones, {
    reach,
    offset: 0.005 + looseness.trousers,
    material: palette.trousers,
  });
  addLimb(mesh, {
    ...boneOf(bones, 1),
    profile: thicken(bones.profiles[1], 1, 0.003),
    range: [0.8, 1],
    material: palette.sock,
  });
  const { footLength } = person;
  addFoot(mesh, { foot, footLength, part: parts.foot, material: palette.shoe });
}

/** The two bones of a limb, with what is on them. */
interface Bones {
  readonly joints: readonly [root: Vec3, middle: Vec3, end: Vec3];
  readonly front: Vec3;
  readonly parts: readonly [Part, Part];
  readonly profiles: readonly [Profile, Profile];
}

/** Where the outside of the bend looks: knees to the front (sign 1), elbows to the back (-1). */
function bendOf([root, middle, end]: Bones['joints'], otherwise: Vec3, sign: 1 | -1): Vec3 {
  const out = subtract(middle, scale(add(root, end), 0.5));
  return normalize(addScaled(scale(out, sign), otherwise, 0.02));
}

function boneOf(bones: Bones, index: 0 | 1): Pick<LimbOptions, 'from' | 'to' | 'front' | 'part'> {
  const from = bones.joints[index];
  const to = bones.joints[index === 0 ? 1 : 2];
  return { from, to, front: bones.front, part: bones.parts[index] };
}

function addBones(mesh: Mesh, bones: Bones, material: number): void {
  for (const index of [0, 1] as const) {
    addLimb(mesh, { ...boneOf(bones, index), profile: bones.profiles[index], material });
  }
}

/** A sleeve or a trouser leg: round the joints that it covers, open where it ends. */
function addShell(
  mesh: Mesh,
  bones: Bones,
  shell: { readonly reach: number; readonly offset: number; readonly material: number },
): void {
  const { reach, offset, material } = shell;
  const pieces = reach > 1 ? ([0, 1] as const) : ([0] as const);
  for (const index of pieces) {
    const isLast = index === pieces.length - 1;
    addLimb(mesh, {
      ...boneOf(bones, index),
      profile: dress(bones.profiles[index], offset, index),
      range: [0, isLast ? reach - index : 1],
      ends: ['round', isLast ? 'open' : 'round'],
      material,
    });
  }
}

/** Cloth lies on the shoulder and the hip, and stands off further down. */
function dress(profile: Profile, offset: number, index: 0 | 1): Profile {
  return profile.flatMap((point) => {
    const slack = index === 0 ? Math.min(1, 0.3 + 1.4 * point[0]) : 1;
    return thicken([point], 1, offset * slack);
  });
}
