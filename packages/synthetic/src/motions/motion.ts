import type { Posture } from './posture.ts';

/** What a person does over a clip: the posture at a moment from 0 (start) to 1 (end). */
export interface Motion {
  readonly action: 'squat' | 'standing';
  readonly postureAt: (moment: number, frame: number) => Posture;
}
