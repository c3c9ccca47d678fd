import type { Frame } from '../geometry/frame.ts';
import { directionToWorld, toWorld, turnFrame } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, cross, perpendicular, scale } from '../geometry/vector.ts';
import type { Person, Side } from '../people/person.ts';
import { bothSides, signOf } from '../people/person.ts';
import type { BallAngles, JointAngles } from './joint-angles.ts';
import { uprightAngles } from './joint-angles.ts';
import { attachHead } from './attach-head.ts';
import type { Arm, Leg, Pose } from './pose.ts';

/**
 * Places every joint of a body by its angles, from the pelvis outwards. World metres.
 *
 * @param pelvis - origin in the middle of the hips.
 */
export function poseOfAngles(person: Person, angles: JointAngles, pelvis: Frame): Pose {
  const { spine, neck } = angles;
  const bend = toWorld(pelvis, [0, person.lumbar, 0]);
  const turned = turnFrame(pelvis, {
    yaw: spine.rotation,
    pitch: spine.flexion,
    roll: spine.lateral,
  });
  const chest = { ...turned, origin: addScaled(bend, turned.up, person.thorax) };
  const looking = turnFrame(chest, { yaw: neck.rotation, pitch: neck.flexion, roll: neck.lateral });
  return {
    pelvis,
    chest,
    head: attachHead(person, chest, looking),
    arms: bothSides((side) => armOf({ person, angles, frame: chest }, side)),
    legs: bothSides((side) => legOf({ person, angles, frame: pelvis }, side)),
  };
}

/** The body at rest that skin and clothes are made for: upright on the floor, with hanging arms. */
export function restPose(person: Person): Pose {
  const height = person.ankleHeight + person.shin + person.thigh;
  const pelvis: Frame = {
    origin: [0, height, 0],
    left: [1, 0, 0],
    up: [0, 1, 0],
    front: [0, 0, 1],
  };
  return poseOfAngles(person, uprightAngles, pelvis);
}

interface Limbs {
  readonly person: Person;
  readonly angles: JointAngles;
  /** Of the part that the limb hangs on. */
  readonly frame: Frame;
}

function armOf({ person, angles, frame }: Limbs, side: Side): Arm {
  const sign = signOf(side);
  const shoulder = toWorld(frame, [sign * person.shoulderHalfWidth, 0, 0]);
  const { axis, front } = directionsOf(frame, angles.shoulders[side], sign);
  const elbow = addScaled(shoulder, axis, person.upperArm);
  const bend = angles.elbows[side];
  const towards = addScaled(scale(axis, Math.cos(bend)), front, Math.sin(bend));
  const wrist = addScaled(elbow, towards, person.forearm);
  // outwards of a hanging arm, then turned about the forearm
  const outwards = scale(cross(axis, front), -sign);
  const palm = cross(towards, outwards);
  const turn = angles.pronations[side] * sign;
  const back = addScaled(scale(outwards, Math.cos(turn)), palm, Math.sin(turn));
  return { shoulder, elbow, wrist, back };
}

function legOf({ person, angles, frame }: Limbs, side: Side): Leg {
  const sign = signOf(side);
  const hip = toWorld(frame, [sign * person.hipHalfWidth, 0, 0]);
  const { axis, front } = directionsOf(frame, angles.hips[side], sign);
  const knee = addScaled(hip, axis, person.thigh);
  const bend = angles.knees[side];
  const towards = addScaled(scale(axis, Math.cos(bend)), front, -Math.sin(bend));
  const ankle = addScaled(knee, towards, person.shin);
  const shinFront = addScaled(scale(front, Math.cos(bend)), axis, Math.sin(bend));
  const lift = angles.ankles[side];
  const toes = addScaled(scale(shinFront, Math.cos(lift)), towards, -Math.sin(lift));
  const up = addScaled(scale(towards, -Math.cos(lift)), shinFront, -Math.sin(lift));
  return { hip, knee, ankle, foot: { origin: ankle, front: toes, up, left: cross(up, toes) } };
}

/** The direction of a limb's first bone, and the one that its joint looks to: elbows bend towards it, knees away from it. */
function directionsOf(
  frame: Frame,
  { flexion, abduction, rotation }: BallAngles,
  sign: 1 | -1,
): { readonly axis: Vec3; readonly front: Vec3 } {
  const axis = directionToWorld(frame, [
    sign * Math.sin(abduction),
    -Math.cos(flexion) * Math.cos(abduction),
    Math.sin(flexion) * Math.cos(abduction),
  ]);
  const ahead = directionToWorld(frame, [0, Math.sin(flexion), Math.cos(flexion)]);
  const level = perpendicular(ahead, axis);
  const side = cross(axis, level);
  // inwards: to the other side of the body
  const front = addScaled(scale(level, Math.cos(rotation)), side, sign * Math.sin(rotation));
  return { axis, front };
}
