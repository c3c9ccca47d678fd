import type { Random } from '@limber/keypoints';
import type { Person } from '../people/person.ts';
import { createKeyPoses } from './key-poses.ts';
import type { Motion } from './motion.ts';

const quarter = Math.PI / 2;

/** Draws somebody on the back, the belly or a side. */
export function createLying(random: Random, person: Person): Motion {
  const side = random.pick(['back', 'back', 'belly', 'left', 'right'] as const);
  return createKeyPoses(random, person, {
    action: 'lying',
    tries: 8,
    table: {
      spine: [side === 'belly' ? [-20, 5] : [-5, 35], [-15, 15], [-15, 15]],
      neck: [side === 'belly' ? [-40, 0] : [-10, 35], [-15, 15], [-50, 50]],
      shoulder: [
        [-20, 170],
        [0, 90],
        [-40, 40],
      ],
      elbow: [0, 130],
      pronation: [-80, 80],
      hip: [side === 'belly' ? [-15, 10] : [-5, 90], [0, 35], [-25, 15]],
      knee: [0, 100],
      ankle: [-45, 5],
      evenArms: 0.4,
      evenLegs: 0.4,
    },
    drawTurn: (random) => {
      const yaw = random.uniform(-Math.PI, Math.PI);
      switch (side) {
        case 'back':
          return { yaw, pitch: -quarter + random.uniform(-0.1, 0.5) };
        case 'belly':
          return { yaw, pitch: quarter - random.uniform(-0.1, 0.25) };
        case 'left':
          return { yaw, roll: quarter + random.uniform(-0.3, 0.2) };
        case 'right':
          return { yaw, roll: -quarter + random.uniform(-0.2, 0.3) };
      }
    },
  });
}
