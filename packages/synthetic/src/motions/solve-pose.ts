import type { Frame } from '../geometry/frame.ts';
import { toWorld, turnFrame, worldFrame } from '../geometry/frame.ts';
import { reachOf, solveTwoBones } from '../geometry/two-bones.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { add, addScaled, normalize, scale, subtract } from '../geometry/vector.ts';
import type { Person, Side } from '../people/person.ts';
import { signOf } from '../people/person.ts';
import { reachForArm } from './arm-reach.ts';
import type { Arm, Leg, Pose } from './pose.ts';
import type { Posture } from './posture.ts';

/** Rise of the shoulders' middle to the base of the neck, and of the neck's top to the eyes, for a head of 0.228 m. */
const neckBase = 0.045;
const neckToEyes = 0.07;

/**
 * Turns a posture into joints: the feet stay where they are, the hips go back and down, the trunk leans so
 * that the load is over the middle of the feet, and the knees follow the toes. Every bone keeps its length.
 */
export function solvePose(person: Person, posture: Posture): Pose {
  const base = turnFrame(worldFrame, { yaw: posture.yaw });
  const feet = {
    left: footFrame(person, posture, base, 'left'),
    right: footFrame(person, posture, base, 'right'),
  };
  const back = hipsBehindAnkles(person, posture);
  const lean = balancedLean(person, posture, back);
  const pelvis = placePelvis(person, posture, base, feet, lean);
  const chestTurn = { pitch: lean, yaw: posture.chest.yaw, roll: posture.chest.roll };
  const bend = toWorld(pelvis, [0, person.lumbar, 0]);
  const upright = turnFrame(base, chestTurn);
  const chest = { ...upright, origin: addScaled(bend, upright.up, person.thorax) };
  const head = placeHead(person, posture, base, chest);
  const legs = {
    left: solveLeg(person, pelvis, feet.left, 'left'),
    right: solveLeg(person, pelvis, feet.right, 'right'),
  };
  const body = { base, pelvis, chest, head };
  const arms = {
    left: solveArm(person, posture, body, 'left'),
    right: solveArm(person, posture, body, 'right'),
  };
  return { pelvis, chest, head, arms, legs };
}

function footFrame(person: Person, posture: Posture, base: Frame, side: Side): Frame {
  const { x, z, out } = posture.feet[side];
  const origin = toWorld(base, [x, person.ankleHeight, z]);
  return { ...turnFrame(base, { yaw: out * signOf(side) }), origin };
}

/** How far the hips are in front of the ankles (negative: behind), seen from the side. */
function hipsBehindAnkles(person: Person, { shinAngle, thighAngle, hips }: Posture): number {
  return person.shin * Math.sin(shinAngle) - person.thigh * Math.sin(thighAngle) + hips.z;
}

/** The middle of the foot in front of the ankle, as a part of the foot's length. */
const middleOfFoot = 0.28;

function balancedLean(person: Person, posture: Posture, hipsZ: number): number {
  const trunk = person.lumbar + person.thorax;
  const sine = (person.footLength * middleOfFoot - hipsZ) / (trunk * 1.08);
  return Math.asin(Math.min(0.9, Math.max(-0.1, sine))) + posture.lean;
}

/** The pelvis bows a little less than the trunk. */
const pelvisShare = 0.85;

function placePelvis(
  person: Person,
  posture: Posture,
  base: Frame,
  feet: Readonly<Record<Side, Frame>>,
  lean: number,
): Frame {
  const { shinAngle, thighAngle, hips } = posture;
  const middle = scale(add(feet.left.origin, feet.right.origin), 0.5);
  const back = hipsBehindAnkles(person, posture);
  const height = person.shin * Math.cos(shinAngle) + person.thigh * Math.cos(thighAngle);
  const offset = addScaled(addScaled([0, height, 0], base.left, hips.x), base.front, back);
  const turned = turnFrame(base, { yaw: hips.yaw, roll: hips.roll, pitch: lean * pelvisShare });
  const pelvis = { ...turned, origin: add(middle, offset) };
  return lowerUntilFeetReach(person, pelvis, feet);
}

/** Wide stances and a tilted pelvis need lower hips: straightened legs end at the ankles, never above them. */
function lowerUntilFeetReach(
  person: Person,
  pelvis: Frame,
  feet: Readonly<Record<Side, Frame>>,
): Frame {
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

function solveLeg(person: Person, pelvis: Frame, foot: Frame, side: Side): Leg {
  const hip = hipOf(person, pelvis, side);
  const pole = addScaled(foot.front, pelvis.left, 0.1 * signOf(side));
  const { middle } = solveTwoBones(hip, foot.origin, [person.thigh, person.shin], pole);
  return { hip, knee: middle, ankle: foot.origin, foot };
}

function placeHead(person: Person, posture: Posture, base: Frame, chest: Frame): Frame {
  const turned = turnFrame(turnFrame(base, { yaw: posture.chest.yaw }), posture.head);
  const neck = normalize(add(chest.up, scale(turned.up, 1.2)));
  const bottom = toWorld(chest, [0, neckBase, -0.01]);
  const top = addScaled(bottom, neck, person.neck);
  const origin = addScaled(
    addScaled(top, turned.up, neckToEyes * person.headScale),
    turned.front,
    0.015,
  );
  return { ...turned, origin };
}

function solveArm(
  person: Person,
  posture: Posture,
  body: Readonly<Record<'base' | 'pelvis' | 'chest' | 'head', Frame>>,
  side: Side,
): Arm {
  const shoulder = toWorld(body.chest, [signOf(side) * person.shoulderHalfWidth, 0, 0]);
  const reach = reachForArm({ person, posture, ...body, side, shoulder });
  const lengths = [person.upperArm, person.forearm] as const;
  const { middle, end } = solveTwoBones(shoulder, reach.wrist, lengths, reach.pole);
  return { shoulder, elbow: middle, wrist: end, back: reach.back };
}
