import { toWorld, worldFrame } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { add, addScaled, normalize, scale, subtract } from '../geometry/vector.ts';
import type { Person } from '../people/person.ts';
import { sides } from '../people/person.ts';
import type { Pose } from './pose.ts';
import { poseIn } from './pose-in.ts';

/** A pose moved as it is. Metres. */
function movePose(pose: Pose, by: Vec3): Pose {
  return poseIn({ ...worldFrame, origin: by }, pose);
}

/** A pose whose lowest point is `above` metres over the floor, its middle over the floor's. */
export function placeOnFloor(person: Person, pose: Pose, above = 0): Pose {
  const [x, , z] = pose.pelvis.origin;
  return movePose(pose, [-x, above - lowestOf(person, pose), -z]);
}

/** A pose whose wrists are so high, metres, as of one that hangs from a bar. */
export function hangAt(pose: Pose, height: number): Pose {
  const wrists = scale(add(pose.arms.left.wrist, pose.arms.right.wrist), 0.5);
  return movePose(pose, [-wrists[0], height - wrists[1], -wrists[2]]);
}

/** The height of the lowest point of a body, by joints and how thick the body is around them. */
function lowestOf(person: Person, { pelvis, chest, head, arms, legs }: Pose): number {
  const size = person.height / 1.75;
  const heights = [
    pelvis.origin[1] - 0.11 * size * person.girth,
    chest.origin[1] - 0.11 * size * person.girth,
    head.origin[1] - 0.1,
    toWorld(head, [0, 0.11, 0])[1],
  ];
  for (const side of sides) {
    const { shoulder, elbow, wrist } = arms[side];
    const { hip, knee, foot } = legs[side];
    const length = person.footLength;
    const hand = addScaled(wrist, normalize(subtract(wrist, elbow)), 0.1 * size);
    heights.push(
      shoulder[1] - 0.06 * size,
      elbow[1] - 0.04 * size,
      wrist[1] - 0.03 * size,
      hand[1] - 0.02 * size,
      hip[1] - 0.1 * size * person.girth,
      knee[1] - 0.055 * size,
      toWorld(foot, [0, -person.ankleHeight, -0.25 * length])[1],
      toWorld(foot, [0, -person.ankleHeight, 0.72 * length])[1],
    );
  }
  return Math.min(...heights);
}
