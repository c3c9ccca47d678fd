import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, normalize, scale, subtract } from '../geometry/vector.ts';
import type { Pose } from '../motions/pose.ts';
import type { Appearance } from '../people/appearance.ts';
import type { Person, Side } from '../people/person.ts';
import { sides } from '../people/person.ts';
import { addFoot } from './foot.ts';
import { addHand } from './hand.ts';
import type { LimbOptions } from './limb.ts';
import { addLimb } from './limb.ts';
import type { Mesh } from './mesh.ts';
import type { Palette } from './palette.ts';
import type { Part } from './part.ts';
import { limbParts } from './part.ts';
import type { ProfilePoint } from './profile.ts';
import { profileOf } from './profile.ts';

/** Half widths in metres at a height of 1.75 m: at, side, depth, front. Neighbours agree at their joint. */
const thigh = profileOf([
  [0, 0.088, 0.094, 0],
  [0.25, 0.085, 0.092, 0.004],
  [0.6, 0.07, 0.075, 0.006],
  [0.88, 0.056, 0.058, 0.002],
  [1, 0.054, 0.056, 0],
]);
const shin = profileOf([
  [0, 0.054, 0.056, 0],
  [0.12, 0.053, 0.054, -0.006],
  [0.3, 0.057, 0.06, -0.016],
  [0.55, 0.047, 0.049, -0.011],
  [0.85, 0.034, 0.037, -0.002],
  [1, 0.037, 0.04, 0],
]);
const upperArm = profileOf([
  [0, 0.051, 0.053, 0],
  [0.25, 0.051, 0.054, 0.001],
  [0.55, 0.044, 0.05, 0.004],
  [0.85, 0.039, 0.041, 0],
  [1, 0.038, 0.038, 0],
]);
const forearm = profileOf([
  [0, 0.038, 0.038, 0],
  [0.22, 0.042, 0.044, 0],
  [0.6, 0.034, 0.034, 0],
  [0.9, 0.028, 0.024, 0],
  [1, 0.027, 0.023, 0],
]);

/** Adds arms, hands, legs and feet and what is worn on them. World metres. */
export function addLimbs(
  mesh: Mesh,
  pose: Pose,
  person: Person,
  appearance: Appearance,
  palette: Palette,
): void {
  for (const side of sides) {
    addArm(mesh, pose, person, appearance, palette, side);
    addLeg(mesh, pose, person, appearance, palette, side);
  }
}

function addArm(
  mesh: Mesh,
  pose: Pose,
  person: Person,
  appearance: Appearance,
  palette: Palette,
  side: Side,
): void {
  const { shoulder, elbow, wrist, back } = pose.arms[side];
  const parts = limbParts(side);
  const thickness = (person.height / 1.75) * (0.55 + 0.2 * person.girth + 0.25 * person.muscle);
  const bones: Bones = {
    joints: [shoulder, elbow, wrist],
    front: bendOf(shoulder, elbow, wrist, pose.chest.front, -1),
    parts: [parts.upperArm, parts.forearm],
    profiles: [thicken(upperArm, thickness), thicken(forearm, thickness)],
  };
  addBones(mesh, bones, palette.skin);
  if (appearance.sleeveLength > 0) {
    addShell(
      mesh,
      bones,
      appearance.sleeveLength,
      0.007 + appearance.looseness.shirt * 0.8,
      palette.sleeve,
    );
  }
  addHand(mesh, {
    wrist,
    elbow,
    back,
    size: person.height / 1.75,
    part: parts.hand,
    material: palette.skin,
  });
}

function addLeg(
  mesh: Mesh,
  pose: Pose,
  person: Person,
  appearance: Appearance,
  palette: Palette,
  side: Side,
): void {
  const { hip, knee, ankle, foot } = pose.legs[side];
  const parts = limbParts(side);
  const thickness = (person.height / 1.75) * (0.35 + 0.5 * person.girth + 0.15 * person.muscle);
  const bones: Bones = {
    joints: [hip, knee, ankle],
    front: bendOf(hip, knee, ankle, foot.front, 1),
    parts: [parts.thigh, parts.shin],
    profiles: [thicken(thigh, thickness), thicken(shin, thickness)],
  };
  addBones(mesh, bones, palette.skin);
  addShell(
    mesh,
    bones,
    appearance.trouserLength,
    0.005 + appearance.looseness.trousers,
    palette.trousers,
  );
  addLimb(mesh, {
    ...boneOf(bones, 1),
    profile: thicken(bones.profiles[1], 1, 0.003),
    range: [0.8, 1],
    material: palette.sock,
  });
  addFoot(mesh, foot, person, parts.foot, palette.shoe);
}

interface Bones {
  readonly joints: readonly [Vec3, Vec3, Vec3];
  readonly front: Vec3;
  readonly parts: readonly [Part, Part];
  readonly profiles: readonly [readonly ProfilePoint[], readonly ProfilePoint[]];
}

/** Where the outside of the bend looks: knees to the front, elbows to the back. */
function bendOf(root: Vec3, middle: Vec3, end: Vec3, otherwise: Vec3, sign: 1 | -1): Vec3 {
  const out = subtract(middle, scale([root[0] + end[0], root[1] + end[1], root[2] + end[2]], 0.5));
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
function addShell(mesh: Mesh, bones: Bones, reach: number, offset: number, material: number): void {
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
function dress(profile: readonly ProfilePoint[], offset: number, index: 0 | 1): ProfilePoint[] {
  return profile.map((point) => {
    const slack = index === 0 ? Math.min(1, 0.3 + 1.4 * point.at) : 1;
    return thicken([point], 1, offset * slack)[0]!;
  });
}

function thicken(profile: readonly ProfilePoint[], factor: number, offset = 0): ProfilePoint[] {
  return profile.map(({ at, side, depth, front }) => ({
    at,
    side: side * factor + offset,
    depth: depth * factor + offset,
    front: front * factor,
  }));
}
