import type { Frame } from '../geometry/frame.ts';
import { directionToWorld, toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { bothSides } from '../people/person.ts';
import type { Pose } from './pose.ts';

/** A pose that stands in a frame as it stood in the world. */
export function poseIn(frame: Frame, pose: Pose): Pose {
  const point = (place: Vec3): Vec3 => toWorld(frame, place);
  const direction = (along: Vec3): Vec3 => directionToWorld(frame, along);
  const turned = ({ origin, left, up, front }: Frame): Frame => ({
    origin: point(origin),
    left: direction(left),
    up: direction(up),
    front: direction(front),
  });
  return {
    pelvis: turned(pose.pelvis),
    chest: turned(pose.chest),
    head: turned(pose.head),
    arms: bothSides((side) => {
      const { shoulder, elbow, wrist, back } = pose.arms[side];
      return {
        shoulder: point(shoulder),
        elbow: point(elbow),
        wrist: point(wrist),
        back: direction(back),
      };
    }),
    legs: bothSides((side) => {
      const { hip, knee, ankle, foot } = pose.legs[side];
      return { hip: point(hip), knee: point(knee), ankle: point(ankle), foot: turned(foot) };
    }),
  };
}
