import type { Random } from '@limber/keypoints';
import type { Motion } from './motion.ts';
import { createSquat } from './squat.ts';
import { createStanding } from './standing.ts';

/** Draws what a person does over a clip: mostly repetitions of squats, else standing. */
export function createMotion(random: Random, standingShare: number): Motion {
  return random.chance(standingShare)
    ? createStanding(random.fork('standing'))
    : createSquat(random.fork('squat'));
}
