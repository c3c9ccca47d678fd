import type { Frame } from '../geometry/frame.ts';
import { toWorld, turnFrame, worldFrame } from '../geometry/frame.ts';
import { reachOf, solveTwoBones } from '../geometry/two-bones.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { add, addScaled, scale, subtract } from '../geometry/vector.ts';
import type { Person, Side } from '../people/person.ts';
import { bothSides, signOf } from '../people/person.ts';
import { reachForArm } from './arm-reach.ts';
import { attachHead } from './attach-head.ts';
import type { Arm, Leg, Pose } from './pose.ts';
import type { Posture } from './posture.ts';

/** Who takes which posture, and the frame on the floor that the posture counts from. */
interface Stance {
  readonly person: Person;
  readonly posture: Posture;
  readonly base: Frame;
  readonly feet: Readonly<Record<Side, Frame>>;
}

/**
 * Turns a posture into joints: the feet stay where they are, the hips go back and down, the trunk leans so
 * that the load is over the middle of the feet, and the knees follow the toes. Every bone keeps its length.
 */
export function solvePose(person: Person, posture: Posture): Pose {
  const base = turnFrame(worldFrame, { yaw: posture.yaw });
  const feet = bothSides((side) => placeFoot(person, base, { ...posture.feet[side], side }));
  const stance: Stance = { person, posture, base, feet };
  const lean = balancedLean(person, posture);
  const pelvis = placePelvis(stance, lean);
  const chestTurn = { pitch: lean, yaw: posture.chest.yaw, roll: posture.chest.roll };
  const bend = toWorld(pelvis, [0, person.lumbar, 0]);
  const upright = turnFrame(base, chestTurn);
  const chest = { ...upright, origin: addScaled(bend, upright.up, person.thorax) };
  const head = placeHead(stance, chest);
  const legs = bothSides((side) => solveLeg(stance, pelvis, side));
  const arms = bothSides((side) => solveArm(stance, { base, pelvis, chest, head }, side));
  return { pelvis, chest, head, arms, legs };
}

/** The ball of the foot in front of the ankle, as a part of the foot's length: it stays on the floor when the heel leaves it. */
const ballOfFoot = 0.52;

function placeFoot(
  person: Person,
  base: Frame,
  { x, z, out, heel, side }: Posture['feet'][Side] & { readonly side: Side },
): Frame {
  const level = turnFrame(base, { yaw: out * signOf(side) });
  const flat = { ...level, origin: toWorld(base, [x, person.ankleHeight, z]) };
  if (heel === 0) return flat;
  const reach = person.footLength * ballOfFoot;
  const ball = toWorld(flat, [0, -person.ankleHeight, reach]);
  const turned = { ...turnFrame(level, { pitch: heel }), origin: ball };
  return { ...turned, origin: toWorld(turned, [0, person.ankleHeight, -reach]) };
}

/** How far the hips are in front of the ankles (negative: behind), seen from the side. */
function hipsBehindAnkles(person: Person, { shinAngle, thighAngle, hips }: Posture): number {
  return person.shin * Math.sin(shinAngle) - person.thigh * Math.sin(thighAngle) + hips.z;
}

/** The middle of the foot in front of the ankle, as a part of the foot's length. */
const middleOfFoot = 0.28;

function balancedLean(person: Person, posture: Posture): number {
  const trunk = person.lumbar + person.thorax;
  const hipsZ = hipsBehindAnkles(person, posture);
  const sine = (person.footLength * middleOfFoot - hipsZ) / (trunk * 1.08);
  return Math.asin(Math.min(0.9, Math.max(-0.1, sine))) + posture.lean;
}

/** The pelvis bows a little less than the trunk. */
const pelvisShare = 0.85;

function placePelvis(stance: Stance, lean: number): Frame {
  const { person, posture, base, feet } = stance;
  const { shinAngle, thighAngle, hips } = posture;
  const middle = scale(add(feet.left.origin, feet.right.origin), 0.5);
  const back = hipsBehindAnkles(person, posture);
  const height = person.shin * Math.cos(shinAngle) + person.thigh * Math.cos(thighAngle);
  const offset = addScaled(addScaled([0, height, 0], base.left, hips.x), base.front, back);
  const turned = turnFrame(base, { yaw: hips.yaw, roll: hips.roll, pitch: lean * pelvisShare });
  return lowerUntilFeetReach(stance, { ...turned, origin: add(middle, offset) });
}

/** Wide stances and a tilted pelvis need lower hips: straightened legs end at the ankles, never above them. */
function lowerUntilFeetReach({ person, feet }: Stance, pelvis: Frame): Frame {
  const reach = reachOf([person.thigh, person.shin]) * 0.999;
  const drops = (['left', 'right'] as const).map((side) => {
    const [dx, dy, dz] = subtract(hipOf(person, pelvis, side), feet[side].origin);
    return dy - Math.sqrt(Math.max(0, reach * reach - dx * dx - dz * dz));
  });
  const drop = Math.max(0, ...drops);
  return { ...pelvis, origin: addScaled(pelvis.origin, [0, 1, 0], -drop) };
}

function hipOf(person: Person, pelvis: Frame, side: Side): Vec3 {
  return toWorld(pelvis, [signOf(side) * person.hipHalfWidth, 0, 0]);
}

function solveLeg({ person, feet, posture: { kneesIn } }: Stance, pelvis: Frame, side: Side): Leg {
  const foot = feet[side];
  const root = hipOf(person, pelvis, side);
  const pole = addScaled(foot.front, pelvis.left, (0.1 - kneesIn) * signOf(side));
  const lengths = [person.thigh, person.shin] as const;
  const { middle } = solveTwoBones({ root, target: foot.origin, lengths, pole });
  return { hip: root, knee: middle, ankle: foot.origin, foot };
}

function placeHead({ person, posture, base }: Stance, chest: Frame): Frame {
  const turned = turnFrame(turnFrame(base, { yaw: posture.chest.yaw }), posture.head);
  return attachHead(person, chest, turned);
}

function solveArm(
  { person, posture }: Stance,
  body: Readonly<Record<'base' | 'pelvis' | 'chest' | 'head', Frame>>,
  side: Side,
): Arm {
  const root = toWorld(body.chest, [signOf(side) * person.shoulderHalfWidth, 0, 0]);
  const { wrist, pole, back } = reachForArm({ person, posture, ...body, side, shoulder: root });
  const lengths = [person.upperArm, person.forearm] as const;
  const { middle, end } = solveTwoBones({ root, target: wrist, lengths, pole });
  return { shoulder: root, elbow: middle, wrist: end, back };
}
