import type { Vec3 } from '../geometry/vector.ts';
import { addScaled } from '../geometry/vector.ts';
import type { Pose } from '../motions/pose.ts';
import { sides } from '../people/person.ts';

/** A dark place on the floor below something that nearly touches it: x, z, radius in metres, strength 0 to 1. */
export type Contact = readonly [x: number, z: number, radius: number, strength: number];

/** Below what the floor is darkest under a pose. */
export function contactsOf({ pelvis, chest, arms, legs }: Pose): Contact[] {
  const under = (place: Vec3, radius: number, strength: number): Contact[] => {
    const nearness = Math.max(0, 1 - place[1] / (radius * 2.2));
    return nearness > 0 ? [[place[0], place[2], radius, strength * nearness]] : [];
  };
  const limbs = sides.flatMap((side) => {
    const { foot, knee } = legs[side];
    return [
      ...under(foot.origin, 0.13, 0.6),
      ...under(addScaled(foot.origin, foot.front, 0.12), 0.13, 0.6),
      ...under(knee, 0.16, 0.5),
      ...under(arms[side].wrist, 0.12, 0.5),
    ];
  });
  return [...limbs, ...under(pelvis.origin, 0.42, 0.6), ...under(chest.origin, 0.3, 0.5)];
}
