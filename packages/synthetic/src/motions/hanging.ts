import type { Random } from '@limber/keypoints';
import type { Person } from '../people/person.ts';
import { createKeyPoses } from './key-poses.ts';
import type { Motion } from './motion.ts';
import { hangAt } from './place-pose.ts';

/** Draws somebody who hangs from a bar, pulls up or swings. */
export function createHanging(random: Random, person: Person): Motion {
  const height = random.uniform(2.1, 2.6);
  const pull = random.chance(0.4) ? random.uniform(20, 120) : random.uniform(0, 15);
  const knees = random.chance(0.5) ? random.uniform(40, 110) : 0;
  return createKeyPoses(random, person, {
    action: 'hanging',
    held: 'bar',
    table: {
      spine: [
        [-15, 15],
        [-8, 8],
        [-10, 10],
      ],
      neck: [
        [-40, 15],
        [-10, 10],
        [-25, 25],
      ],
      shoulder: [
        [178 - pull * 0.55, 180 - pull * 0.5],
        [4, 18],
        [-10, 10],
      ],
      elbow: [pull, pull + 10],
      pronation: [60, 80],
      hip: [
        [-15, knees > 0 ? 100 : 25],
        [0, 22],
        [-10, 10],
      ],
      knee: [knees, knees + 20],
      ankle: [-45, -5],
      evenArms: 1,
      evenLegs: 0.6,
    },
    drawTurn: (random) => ({
      yaw: random.uniform(-0.5, 0.5),
      pitch: random.uniform(-0.35, 0.35),
      roll: random.uniform(-0.08, 0.08),
    }),
    place: (_, pose) => hangAt(pose, height),
  });
}
