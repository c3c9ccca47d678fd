import type { MotionLabel } from './motion-label.ts';
import type { Side } from '../people/person.ts';

/** Where the arms are. */
export const armStyles = [
  'hanging',
  'raising',
  'forward',
  'crossed',
  'behind-head',
  'clasped',
  'goblet',
  'barbell',
  'dumbbells',
  'on-hips',
  'overhead',
  'waving',
] as const;
export type ArmStyle = (typeof armStyles)[number];

/** What a person does with the body at one moment, before it is turned into joints. Lengths in metres, angles in radians. */
export interface Posture {
  /** Heading of the whole body, to the person's left. */
  readonly yaw: number;
  /** Ankles above the floor; `out` turns the toes outwards, `heel` lifts the heel about the ball of the foot. */
  readonly feet: Readonly<
    Record<
      Side,
      { readonly x: number; readonly z: number; readonly out: number; readonly heel: number }
    >
  >;
  /** Angle of the thighs from upright: 0.05 standing, 1.7 just below parallel. */
  readonly thighAngle: number;
  /** How far the knees fall inwards: 0 follows the toes, 1 is far in. */
  readonly kneesIn: number;
  /** Forward tilt of the shins. */
  readonly shinAngle: number;
  /** The hips against where balance puts them. */
  readonly hips: {
    readonly x: number;
    readonly z: number;
    readonly roll: number;
    readonly yaw: number;
  };
  /** Forward tilt of the trunk beyond what balance asks for. */
  readonly lean: number;
  readonly chest: { readonly roll: number; readonly yaw: number };
  /** Pitch is against the horizon. */
  readonly head: { readonly pitch: number; readonly yaw: number; readonly roll: number };
  readonly arms: Readonly<Record<Side, { readonly style: ArmStyle; readonly spread: number }>>;
  /** How far down, 0 to 1; arms that swing forward go with it. */
  readonly depth: number;
  readonly label: MotionLabel;
}
