import type { Frame } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import type { Side } from '../people/person.ts';

/** The joints of a body, in world metres. */
export interface Pose {
  /** Origin: the middle of the hips. */
  readonly pelvis: Frame;
  /** Origin: the middle of the shoulders. */
  readonly chest: Frame;
  /** Origin: behind the eyes, at the height of the eyes. */
  readonly head: Frame;
  readonly arms: Readonly<Record<Side, Arm>>;
  readonly legs: Readonly<Record<Side, Leg>>;
}

export interface Arm {
  readonly shoulder: Vec3;
  readonly elbow: Vec3;
  readonly wrist: Vec3;
  /** Where the back of the hand looks. */
  readonly back: Vec3;
}

export interface Leg {
  readonly hip: Vec3;
  readonly knee: Vec3;
  readonly ankle: Vec3;
  /** Origin: the ankle. `front` points to the toes. */
  readonly foot: Frame;
}
