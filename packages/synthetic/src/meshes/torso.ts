import type { Frame } from '../geometry/frame.ts';
import { toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, mix, normalize, scale, smooth } from '../geometry/vector.ts';
import type { DressedBody } from './dressed-body.ts';
import { addLimb } from './limb.ts';
import type { Binding } from './bones.ts';
import { between, bone } from './bones.ts';
import type { Ring } from './loft.ts';
import { addLoft } from './loft.ts';
import type { Mesh } from './mesh.ts';
import { part } from './part.ts';
import type { Profile } from './profile.ts';
import { sampleProfile } from './profile.ts';

/** Rings of the trunk from the crotch (-0.2) over the hips (0) to the shoulders (1) and the neck, for a height of 1.75 m. */
const trunk: Profile = [
  [-0.21, 0.05, 0.05, -0.01],
  [-0.15, 0.12, 0.088, -0.012],
  [0, 0.164, 0.112, -0.014],
  [0.14, 0.158, 0.106, -0.008],
  [0.34, 0.137, 0.094, 0.002],
  [0.55, 0.147, 0.104, 0.006],
  [0.76, 0.166, 0.117, 0.008],
  [0.94, 0.172, 0.106, -0.004],
  [1.04, 0.158, 0.09, -0.012],
  [1.09, 0.118, 0.074, -0.016],
  [1.14, 0.074, 0.062, -0.016],
  [1.19, 0.056, 0.056, -0.012],
];

/** A shirt hangs over the hips instead of going in at the crotch. */
const shirt: Profile = [[-0.25, 0.18, 0.15, -0.004], ...trunk.filter(([at]) => at >= 0)];

const segments = 22;

/** Adds the trunk, the neck and what is worn on them. World metres. */
export function addTorso(mesh: Mesh, body: DressedBody): void {
  const { pose, person, appearance, palette } = body;
  const length = person.lumbar + person.thorax;
  const { looseness, hem, neckline } = appearance;
  const shirtEnd = 1.165 - neckline / length;
  const isCovered = appearance.hasShirt && hem > -0.1;
  addTrunk(mesh, body, {
    outline: trunk,
    range: [isCovered ? shirtEnd - 0.12 : 0.15, 1.19],
    offset: 0,
    material: palette.skin,
    count: isCovered ? 6 : 20,
  });
  addTrunk(mesh, body, {
    outline: trunk,
    range: [-0.21, 0.26],
    offset: 0.004 + looseness.trousers * 0.6,
    material: palette.trousers,
    count: 11,
  });
  if (appearance.hasShirt) {
    addTrunk(mesh, body, {
      outline: shirt,
      range: [-hem / length, shirtEnd],
      offset: 0.008 + looseness.shirt,
      material: palette.shirt,
      count: 18,
    });
  }
  const neckWidth = 0.056 * (person.height / 1.75) * (0.6 + 0.4 * person.muscle);
  addLimb(mesh, {
    from: toWorld(pose.chest, [0, 0.01, -0.012]),
    to: toWorld(pose.head, [0, -0.06, -0.022]),
    front: pose.chest.front,
    profile: [
      [0, neckWidth * 1.25, neckWidth * 1.15, 0],
      [0.5, neckWidth, neckWidth, 0],
      [1, neckWidth * 0.95, neckWidth, 0],
    ],
    part: part.torso,
    material: palette.skin,
    bindingAt: (at) =>
      at < 0.5 ? between(bone.chest, bone.neck, at * 2) : between(bone.neck, bone.head, at * 2 - 1),
    rings: 6,
  });
}

/** The skin of the trunk, or what is worn over a stretch of it. */
interface TrunkLayer {
  readonly outline: Profile;
  readonly range: readonly [number, number];
  /** How far it stands off the skin, metres. */
  readonly offset: number;
  readonly material: number;
  /** How many rings. */
  readonly count: number;
}

function addTrunk(mesh: Mesh, body: DressedBody, layer: TrunkLayer): void {
  const { range, material, count } = layer;
  const { person } = body;
  const [low, high] = range;
  const length = person.lumbar + person.thorax;
  const ringAt = (at: number, shrink = 1): Ring => {
    const { across, forward, ...rest } = trunkRing(body, layer, at);
    return { ...rest, across: scale(across, shrink), forward: scale(forward, shrink) };
  };
  const rings = Array.from({ length: count }, (_, index) =>
    ringAt(low + ((high - low) * index) / (count - 1)),
  );
  // the cut edges turn in, so that no loft is open towards the camera
  const closed = [
    ringAt(low, 0.01),
    ringAt(low, 0.9),
    ...rings,
    ringAt(high, 0.9),
    ringAt(high, 0.01),
  ];
  addLoft(mesh, closed, {
    segments,
    part: part.torso,
    material,
    shape: (point, angle, along) => addScaled(point, ...bulgeAt(body, angle, along / length)),
  });
}

function trunkRing(
  { pose, person }: DressedBody,
  { outline, offset }: TrunkLayer,
  at: number,
): Ring {
  const size = person.height / 1.75;
  const [, side, depth, front] = sampleProfile(outline, at);
  const upper = smoothStep(0.15, 0.6, at);
  const frame = blendFrames(pose.pelvis, pose.chest, upper);
  const length = person.lumbar + person.thorax;
  const bend = person.lumbar / length;
  const joint = toWorld(pose.pelvis, [0, person.lumbar, 0]);
  const center =
    at < bend
      ? toWorld(pose.pelvis, [0, at * length, 0])
      : addScaled(joint, pose.chest.up, (at - bend) * length);
  const waist = bump(at, 0.34, 0.2);
  const hips = bump(at, 0, 0.22);
  const shoulders = smoothStep(0.6, 0.9, at) * (1 - smoothStep(1.02, 1.14, at));
  const width =
    (1 - 0.1 * person.curves * waist + 0.07 * person.curves * hips + 0.25 * person.belly * waist) *
    (1 + shoulders * (person.shoulderHalfWidth / (0.107 * person.height) - 1));
  const thick = 0.4 + 0.6 * person.girth;
  const belly = person.belly * bump(at, 0.3, 0.28);
  return {
    center: addScaled(center, frame.front, (front + 0.07 * belly) * size),
    across: scale(frame.left, side * size * width * thick + offset),
    forward: scale(
      frame.front,
      (depth * thick + 0.09 * belly) * size * (1 - 0.06 * person.curves * waist) + offset,
    ),
    along: at * length,
    binding: trunkBinding(at),
  };
}

/** The trunk bends above the hips and below the ribs. */
function trunkBinding(at: number): Binding {
  return at < 0.36
    ? between(bone.pelvis, bone.belly, (at - 0.1) / 0.26)
    : between(bone.belly, bone.chest, (at - 0.36) / 0.26);
}

/** Buttocks, bust and the hollow of the spine: a direction and metres. Angle: 0 left, a quarter turn front. */
function bulgeAt({ pose, person }: DressedBody, angle: number, at: number): [Vec3, number] {
  const size = person.height / 1.75;
  const isFront = angle < 0.5;
  const fromMiddle = Math.abs(isFront ? angle - 0.25 : angle - 0.75);
  if (isFront) {
    const bust = person.curves > 0.5 ? 0.042 * person.curves : 0.012 * person.muscle;
    const bulge = bust * bump(at, 0.75, 0.16) * bump(fromMiddle, 0.075, 0.085);
    return [pose.chest.front, bulge * size];
  }
  const seat = (0.03 + 0.018 * person.curves) * person.girth;
  const bulge = seat * bump(at, -0.02, 0.2) * bump(fromMiddle, 0.09, 0.1);
  const spine = 0.012 * bump(at, 0.55, 0.4) * bump(fromMiddle, 0, 0.04);
  return [pose.pelvis.front, (spine - bulge) * size];
}

function blendFrames(lower: Frame, upper: Frame, at: number): Pick<Frame, 'left' | 'front'> {
  return {
    left: normalize(mix(lower.left, upper.left, at)),
    front: normalize(mix(lower.front, upper.front, at)),
  };
}

/** 1 at the middle, falling smoothly to 0 at `reach` on both sides. */
function bump(value: number, middle: number, reach: number): number {
  return 1 - smoothStep(0, reach, Math.abs(value - middle));
}

function smoothStep(from: number, to: number, value: number): number {
  return smooth(Math.min(1, Math.max(0, (value - from) / (to - from))));
}
