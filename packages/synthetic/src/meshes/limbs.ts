import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, lengthOf, normalize, subtract } from '../geometry/vector.ts';
import type { Side } from '../people/person.ts';
import type { Binding } from './bones.ts';
import { bendOf, between, bone, limbBonesOf, rigid } from './bones.ts';
import type { DressedBody } from './dressed-body.ts';
import { addFoot } from './foot.ts';
import { addHand } from './hand.ts';
import { addLimb } from './limb.ts';
import type { Mesh } from './mesh.ts';
import type { Part } from './part.ts';
import { limbParts } from './part.ts';
import type { Profile } from './profile.ts';
import { thicken } from './profile.ts';

/** Half widths in metres at a height of 1.75 m, from the first joint (0) over the second (1) to the third (2): at, side, depth, front. */
const leg: Profile = [
  [-0.12, 0.088, 0.094, 0],
  [0, 0.09, 0.096, 0],
  [0.25, 0.085, 0.092, 0.004],
  [0.6, 0.07, 0.075, 0.006],
  [0.88, 0.056, 0.058, 0.002],
  [1, 0.055, 0.058, 0.004],
  [1.12, 0.053, 0.054, -0.006],
  [1.3, 0.057, 0.06, -0.016],
  [1.55, 0.047, 0.049, -0.011],
  [1.85, 0.034, 0.037, -0.002],
  [2, 0.037, 0.04, 0],
];
const arm: Profile = [
  [-0.08, 0.048, 0.05, 0],
  [0.06, 0.052, 0.055, 0],
  [0.25, 0.051, 0.054, 0.001],
  [0.55, 0.044, 0.05, 0.004],
  [0.85, 0.039, 0.041, 0],
  [1, 0.039, 0.039, 0],
  [1.22, 0.042, 0.044, 0],
  [1.6, 0.034, 0.034, 0],
  [1.9, 0.028, 0.024, 0],
  [2, 0.027, 0.023, 0],
];

/** A limb at rest: straight, from its root to its end, with the joint in the middle of its count. */
interface StraightLimb {
  readonly root: Vec3;
  readonly end: Vec3;
  readonly front: Vec3;
  readonly profile: Profile;
  /** Where on the line of 0 to 1 the count of 0 to 2 lies. */
  readonly lineAt: (at: number) => number;
  readonly bindingAt: (at: number) => Binding;
  readonly parts: readonly [Part, Part];
}

/** Adds an arm at rest, its hand and its sleeve. World metres. */
export function addArm(mesh: Mesh, body: DressedBody, side: Side): void {
  const { pose, person, appearance, palette } = body;
  const { shoulder, elbow, wrist, back } = pose.arms[side];
  const parts = limbParts(side);
  const bones = limbBonesOf(side);
  const size = person.height / 1.75;
  const thickness = size * (0.55 + 0.2 * person.girth + 0.25 * person.muscle);
  const limb: StraightLimb = {
    ...straighten([shoulder, elbow, wrist]),
    front: bendOf([shoulder, elbow, wrist], pose.chest.front, -1),
    profile: thicken(arm, thickness),
    bindingAt: (at) =>
      at < 0.2
        ? between(bones.shoulder, bones.upperArm, (at + 0.1) / 0.3)
        : at < 1
          ? between(bones.upperArm, bones.elbow, (at - 0.72) / 0.28)
          : between(bones.elbow, bones.forearm, (at - 1) / 0.28),
    parts: [parts.upperArm, parts.forearm],
  };
  const { sleeveLength: reach, looseness } = appearance;
  const offset = 0.007 + looseness.shirt * 0.8;
  addStretch(mesh, limb, {
    range: [Math.max(-0.08, reach - 0.06), 2],
    offset: 0,
    material: palette.skin,
  });
  if (reach > 0)
    addStretch(mesh, limb, { range: [-0.08, reach], offset, material: palette.sleeve });
  const hand = { wrist, elbow, back, size, part: parts.hand, bindingAt: () => rigid(bones.hand) };
  addHand(mesh, { ...hand, material: appearance.hasGloves ? palette.glove : palette.skin });
}

/** Adds a leg at rest, its trouser leg, sock and shoe. World metres. */
export function addLeg(mesh: Mesh, body: DressedBody, side: Side): void {
  const { pose, person, appearance, palette } = body;
  const { hip, knee, ankle, foot } = pose.legs[side];
  const parts = limbParts(side);
  const bones = limbBonesOf(side);
  const size = person.height / 1.75;
  const thickness = size * (0.35 + 0.5 * person.girth + 0.15 * person.muscle);
  const limb: StraightLimb = {
    ...straighten([hip, knee, ankle]),
    front: bendOf([hip, knee, ankle], foot.front, 1),
    profile: thicken(leg, thickness),
    bindingAt: (at) =>
      at < 0
        ? between(bone.pelvis, bones.hip, 1 + at / 0.25)
        : at < 0.3
          ? between(bones.hip, bones.thigh, at / 0.3)
          : at < 1
            ? between(bones.thigh, bones.knee, (at - 0.72) / 0.28)
            : between(bones.knee, bones.shin, (at - 1) / 0.28),
    parts: [parts.thigh, parts.shin],
  };
  const { trouserLength: reach, looseness, sockTop } = appearance;
  const offset = 0.005 + looseness.trousers;
  addStretch(mesh, limb, {
    range: [Math.max(-0.12, reach - 0.06), 2],
    offset: 0,
    material: palette.skin,
  });
  addStretch(mesh, limb, { range: [-0.12, reach], offset, material: palette.trousers });
  if (sockTop < 2)
    addStretch(mesh, limb, { range: [sockTop, 2], offset: 0.003, material: palette.sock });
  const { footLength } = person;
  const shoe = appearance.isBarefoot ? palette.skin : palette.shoe;
  addFoot(mesh, { foot, footLength, part: parts.foot, material: shoe, bone: bones.foot });
}

function straighten([root, middle, end]: readonly [Vec3, Vec3, Vec3]): Pick<
  StraightLimb,
  'root' | 'end' | 'lineAt'
> {
  const first = lengthOf(subtract(middle, root));
  const second = lengthOf(subtract(end, middle));
  const length = first + second;
  const axis = normalize(subtract(end, root));
  return {
    root,
    end: addScaled(root, axis, length),
    lineAt: (at) => (at < 1 ? at * first : first + (at - 1) * second) / length,
  };
}

/** A stretch of a limb: skin, or a sleeve or a trouser leg over it. */
function addStretch(
  mesh: Mesh,
  limb: StraightLimb,
  stretch: {
    readonly range: readonly [number, number];
    readonly offset: number;
    readonly material: number;
  },
): void {
  const { range, offset, material } = stretch;
  const { root, end, front, lineAt, bindingAt, parts } = limb;
  const profile = limb.profile.map(
    ([at, side, depth, bulge]) =>
      [lineAt(at), side + slackAt(at) * offset, depth + slackAt(at) * offset, bulge] as const,
  );
  // the count at a place on the line, to find what it follows
  const middle = lineAt(1);
  const countAt = (line: number): number =>
    line < middle ? line / middle : 1 + (line - middle) / (1 - middle);
  const [low, high] = range;
  addLimb(mesh, {
    from: root,
    to: end,
    front,
    profile,
    bindingAt: (line) => bindingAt(countAt(line)),
    partAt: (line) => parts[line <= middle ? 0 : 1],
    range: [lineAt(low), lineAt(high)],
    ends: [low < 0 ? 'round' : 'open', high >= 2 ? 'round' : 'open'],
    rings: Math.max(3, Math.ceil((high - low) * 9)),
    part: parts[0],
    material,
  });
}

/** Cloth lies on the shoulder and the hip, and stands off further down. */
function slackAt(at: number): number {
  return Math.min(1, 0.3 + 1.2 * Math.max(0, at));
}
