import type { Random } from '@limber/keypoints';
import type { Posture } from './posture.ts';
import { createSquat } from './squat.ts';
import { createStanding } from './standing.ts';

/** What a person does over a clip: the posture at a moment from 0 (start) to 1 (end). */
export interface Motion {
  readonly action: 'squat' | 'standing';
  readonly postureAt: (moment: number, frame: number) => Posture;
}

/** Draws what a person does over a clip: mostly repetitions of squats, else standing. */
export function createMotion(random: Random, standingShare: number): Motion {
  return random.chance(standingShare)
    ? createStanding(random.fork('standing'))
    : createSquat(random.fork('squat'));
}
