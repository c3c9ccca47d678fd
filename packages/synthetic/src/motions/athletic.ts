import type { Random } from '@limber/keypoints';
import type { Person } from '../people/person.ts';
import { createKeyPoses } from './key-poses.ts';
import type { Motion } from './motion.ts';
import { placeOnFloor } from './place-pose.ts';

/** Draws somebody in full movement, as in sports: any joint may be anywhere, mostly near its middle; often off the ground. */
export function createAthletic(random: Random, person: Person): Motion {
  const isWild = random.chance(0.2);
  const above = random.chance(0.35) ? random.uniform(0.05, 0.7) : 0;
  return createKeyPoses(random, person, {
    action: 'athletic',
    table: {
      spine: [
        [-15, 55],
        [-30, 30],
        [-40, 40],
      ],
      neck: [
        [-40, 30],
        [-25, 25],
        [-50, 50],
      ],
      shoulder: [
        [-50, 175],
        [0, 110],
        [-70, 60],
      ],
      elbow: [0, 140],
      pronation: [-80, 80],
      hip: [
        [-28, 110],
        [-5, 45],
        [-35, 25],
      ],
      knee: [0, 130],
      ankle: [-45, 15],
      evenArms: 0.2,
      evenLegs: 0.2,
    },
    drawTurn: (random) => ({
      yaw: random.uniform(-Math.PI, Math.PI),
      pitch: isWild ? random.uniform(-2, 2) : random.uniform(-0.3, 0.7),
      roll: isWild ? random.uniform(-1.2, 1.2) : random.uniform(-0.35, 0.35),
    }),
    place: (person, pose) => placeOnFloor(person, pose, above),
  });
}
