import type { Random } from '@limber/keypoints';
import type { Person } from '../people/person.ts';
import { createKeyPoses } from './key-poses.ts';
import type { Motion } from './motion.ts';

/** Draws somebody upside down: a handstand, a headstand or a cartwheel. */
export function createInverted(random: Random, person: Person): Motion {
  const isCartwheel = random.chance(0.35);
  const elbow = random.chance(0.3) ? random.uniform(50, 110) : 5;
  return createKeyPoses(random, person, {
    action: 'inverted',
    table: {
      spine: [
        [-20, 15],
        [-10, 10],
        [-10, 10],
      ],
      neck: [
        [-45, 0],
        [-10, 10],
        [-15, 15],
      ],
      shoulder: [[150, 180], isCartwheel ? [10, 45] : [2, 20], [-10, 20]],
      elbow: [elbow - 5, elbow + 10],
      pronation: [-40, 60],
      hip: isCartwheel
        ? [
            [-10, 30],
            [25, 45],
            [-15, 5],
          ]
        : [
            [-30, 70],
            [0, 35],
            [-15, 10],
          ],
      knee: [0, isCartwheel ? 20 : 90],
      ankle: [-50, -5],
      evenArms: 0.8,
      evenLegs: 0.4,
    },
    drawTurn: (random) => ({
      yaw: random.uniform(-Math.PI, Math.PI),
      ...(isCartwheel
        ? {
            roll: random.pick([1, -1]) * random.uniform(1.5, 3.4),
            pitch: random.uniform(-0.2, 0.2),
          }
        : { pitch: Math.PI + random.uniform(-0.5, 0.4), roll: random.uniform(-0.15, 0.15) }),
    }),
  });
}
