import type { Random } from '@limber/keypoints';
import type { Person } from '../people/person.ts';
import { createKeyPoses } from './key-poses.ts';
import type { Motion } from './motion.ts';

/** Draws somebody who bends down, lifts or stretches: the legs stay under the hips. */
export function createBending(random: Random, person: Person): Motion {
  // as far as the pelvis tips, the hips bend
  const tip = random.uniform(20, 95);
  const knees = random.uniform(0, 45);
  return createKeyPoses(random, person, {
    action: 'bending',
    table: {
      spine: [
        [5, 60],
        [-15, 15],
        [-25, 25],
      ],
      neck: [
        [-40, 20],
        [-20, 20],
        [-40, 40],
      ],
      shoulder: [
        [20, 130],
        [0, 50],
        [-30, 40],
      ],
      elbow: [0, 90],
      pronation: [-60, 60],
      hip: [
        [tip + knees * 0.5 - 6, tip + knees * 0.5 + 6],
        [2, 20],
        [-15, 5],
      ],
      knee: [knees, knees + 12],
      ankle: [knees * 0.5 - 4, knees * 0.5 + 4],
      evenArms: 0.6,
      evenLegs: 0.8,
    },
    drawTurn: (random) => ({ yaw: random.uniform(-0.4, 0.4), pitch: (tip * Math.PI) / 180 }),
  });
}
