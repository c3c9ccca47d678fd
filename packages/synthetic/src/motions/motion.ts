import type { Action, MotionLabel } from './motion-label.ts';
import type { Pose } from './pose.ts';
import type { ArmStyle } from './posture.ts';

/** A body at one moment, above the middle of its own floor. */
export interface Moment {
  readonly pose: Pose;
  readonly label: MotionLabel;
}

/** What a person does over a clip. */
export interface Motion {
  readonly action: Action;
  /** What is held, by the way to hold it, or hung from. */
  readonly held: ArmStyle | 'bar' | null;
  /** From 0 (start) to 1 (end). */
  readonly at: (moment: number, frame: number) => Moment;
}
