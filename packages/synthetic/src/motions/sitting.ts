import type { Random } from '@limber/keypoints';
import type { Person } from '../people/person.ts';
import { createKeyPoses } from './key-poses.ts';
import type { Motion } from './motion.ts';

/** Draws somebody who sits on the floor or kneels. */
export function createSitting(random: Random, person: Person): Motion {
  const isKneeling = random.chance(0.35);
  return createKeyPoses(random, person, {
    action: 'sitting',
    tries: 5,
    table: {
      spine: [
        [-5, 40],
        [-15, 15],
        [-20, 20],
      ],
      neck: [
        [-20, 30],
        [-15, 15],
        [-45, 45],
      ],
      shoulder: [
        [-40, 80],
        [5, 45],
        [-50, 40],
      ],
      elbow: [0, 110],
      pronation: [-60, 60],
      hip: isKneeling
        ? [
            [0, 55],
            [0, 20],
            [-10, 10],
          ]
        : [
            [70, 118],
            [0, 40],
            [-45, 10],
          ],
      knee: isKneeling ? [90, 135] : [0, 130],
      ankle: isKneeling ? [-50, -30] : [-30, 10],
      evenArms: 0.4,
      evenLegs: 0.6,
    },
    drawTurn: (random) => ({ yaw: random.uniform(-0.8, 0.8), pitch: random.uniform(-0.35, 0.2) }),
  });
}
