import type { Vec3 } from './vector.ts';
import { addScaled, scale } from './vector.ts';

/** A place and three perpendicular unit directions of a body part, in world metres. */
export interface Frame {
  readonly origin: Vec3;
  readonly left: Vec3;
  readonly up: Vec3;
  readonly front: Vec3;
}

/** Angles in radians. */
export interface Turn {
  /** To the person's left. */
  readonly yaw?: number;
  /** Forwards, as in a bow. */
  readonly pitch?: number;
  /** Over to the person's left side. */
  readonly roll?: number;
}

export const worldFrame: Frame = {
  origin: [0, 0, 0],
  left: [1, 0, 0],
  up: [0, 1, 0],
  front: [0, 0, 1],
};

/** The world point at the given offset (metres to the left, up and front) from the frame's origin. */
export function toWorld(frame: Frame, offset: Vec3): Vec3 {
  return addScaled(
    addScaled(addScaled(frame.origin, frame.left, offset[0]), frame.up, offset[1]),
    frame.front,
    offset[2],
  );
}

/** The world direction of one given in the frame. */
export function directionToWorld(frame: Frame, direction: Vec3): Vec3 {
  return toWorld({ ...frame, origin: [0, 0, 0] }, direction);
}

/** The frame turned about its own origin: first yaw, then pitch, then roll. */
export function turnFrame(frame: Frame, { yaw = 0, pitch = 0, roll = 0 }: Turn): Frame {
  const yawed = rotate(frame.front, frame.left, yaw);
  const pitched = rotate(frame.up, yawed[0], pitch);
  const rolled = rotate(pitched[0], yawed[1], roll);
  return { origin: frame.origin, up: rolled[0], left: rolled[1], front: pitched[1] };
}

/** Turns the perpendicular unit vectors `a` and `b` in their plane, `a` towards `b`. */
function rotate(a: Vec3, b: Vec3, angle: number): [Vec3, Vec3] {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return [addScaled(scale(a, cos), b, sin), addScaled(scale(b, cos), a, -sin)];
}
