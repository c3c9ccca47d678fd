import type { Side } from '../people/person.ts';

/** Flexion, abduction and inward rotation of a shoulder or a hip. Radians; all 0 where the limb hangs straight down. */
export interface BallAngles {
  readonly flexion: number;
  readonly abduction: number;
  readonly rotation: number;
}

/** Bend to the front, to the left, and turn to the left of spine or neck. Radians. */
export interface TrunkAngles {
  readonly flexion: number;
  readonly lateral: number;
  readonly rotation: number;
}

/** Every joint of a body, in radians from standing upright with hanging arms. */
export interface JointAngles {
  readonly spine: TrunkAngles;
  readonly neck: TrunkAngles;
  readonly shoulders: Readonly<Record<Side, BallAngles>>;
  readonly elbows: Readonly<Record<Side, number>>;
  /** Turn of the hand about the forearm: 0 looks outwards with its back. */
  readonly pronations: Readonly<Record<Side, number>>;
  readonly hips: Readonly<Record<Side, BallAngles>>;
  readonly knees: Readonly<Record<Side, number>>;
  /** Toes towards the shin; negative: stretched. */
  readonly ankles: Readonly<Record<Side, number>>;
}

const noBall: BallAngles = { flexion: 0, abduction: 0, rotation: 0 };
const noTrunk: TrunkAngles = { flexion: 0, lateral: 0, rotation: 0 };
const noneOf = <T>(value: T): Record<Side, T> => ({ left: value, right: value });

/** Upright, with hanging arms. */
export const uprightAngles: JointAngles = {
  spine: noTrunk,
  neck: noTrunk,
  shoulders: noneOf(noBall),
  elbows: noneOf(0),
  pronations: noneOf(0),
  hips: noneOf(noBall),
  knees: noneOf(0),
  ankles: noneOf(0),
};
