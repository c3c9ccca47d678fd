import type { Random } from '@limber/keypoints';
import { turnFrame, worldFrame } from '../geometry/frame.ts';
import { smooth } from '../geometry/vector.ts';
import type { Person } from '../people/person.ts';
import { drawAngles, mixAngles } from './draw-angles.ts';
import type { JointAngles } from './joint-angles.ts';
import type { Motion } from './motion.ts';
import { placeOnFloor } from './place-pose.ts';
import { poseOfAngles } from './pose-of-angles.ts';

const degree = Math.PI / 180;

/** Draws lunges: one foot before the other, both knees bending. */
export function createLunge(random: Random, person: Person): Motion {
  const front = random.pick(['left', 'right'] as const);
  const back = front === 'left' ? 'right' : 'left';
  const arms = drawAngles(random.fork('arms'), {
    spine: [
      [-5, 25],
      [-8, 8],
      [-15, 15],
    ],
    neck: [
      [-15, 20],
      [-10, 10],
      [-25, 25],
    ],
    shoulder: [
      [-20, 100],
      [0, 60],
      [-40, 30],
    ],
    elbow: [0, 120],
    pronation: [-60, 60],
    evenArms: 0.6,
    evenLegs: 1,
  });
  const deepest = random.uniform(0.6, 1);
  const start = random.uniform();
  const repetitions = random.uniform(0.8, 2.5);
  const pelvis = turnFrame(worldFrame, {
    yaw: random.uniform(-0.5, 0.5),
    pitch: random.uniform(-0.05, 0.25),
  });
  const legs = (depth: number): JointAngles => ({
    ...arms,
    hips: {
      ...arms.hips,
      [front]: { flexion: (18 + 72 * depth) * degree, abduction: 0.06, rotation: -0.05 },
      [back]: { flexion: (-22 + 12 * depth) * degree, abduction: 0.06, rotation: 0 },
    },
    knees: { ...arms.knees, [front]: (8 + 82 * depth) * degree, [back]: (8 + 87 * depth) * degree },
    ankles: { ...arms.ankles, [front]: 0, [back]: (-5 - 20 * depth) * degree },
  });
  return {
    action: 'lunge',
    held: null,
    at: (moment) => {
      const cycle = start + repetitions * moment;
      const phase = cycle - Math.floor(cycle);
      const depth = smooth(1 - Math.abs(phase * 2 - 1));
      const angles = mixAngles(legs(0), legs(deepest), depth);
      const pose = placeOnFloor(person, poseOfAngles(person, angles, pelvis));
      return { pose, label: { action: 'lunge', fault: 'none', phase, depth } };
    },
  };
}
