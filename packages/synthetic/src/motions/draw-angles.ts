import type { Random } from '@limber/keypoints';
import type { Side } from '../people/person.ts';
import { bothSides } from '../people/person.ts';
import type { BallAngles, JointAngles, TrunkAngles } from './joint-angles.ts';
import { withinRanges } from './ranges-of-motion.ts';

/** From where to where an angle is drawn, degrees. */
type Degrees = readonly [least: number, most: number];
type Three = readonly [Degrees, Degrees, Degrees];

/** What is drawn for a motion: degrees; what is left out stays 0. */
export interface AngleTable {
  /** Flexion, lateral, rotation. */
  readonly spine?: Three;
  readonly neck?: Three;
  /** Flexion, abduction, rotation. */
  readonly shoulder?: Three;
  readonly elbow?: Degrees;
  readonly pronation?: Degrees;
  readonly hip?: Three;
  readonly knee?: Degrees;
  readonly ankle?: Degrees;
  /** How often both arms, and both legs, do the same, 0 to 1. */
  readonly evenArms: number;
  readonly evenLegs: number;
}

const still: Degrees = [0, 0];
const allStill: Three = [still, still, still];

/** Draws the angles of every joint from a table, within what a body can do. */
export function drawAngles(random: Random, table: AngleTable): JointAngles {
  const { spine = allStill, neck = allStill, shoulder = allStill, hip = allStill } = table;
  const { elbow = still, pronation = still, knee = still, ankle = still } = table;
  const arms = random.chance(table.evenArms);
  const legs = random.chance(table.evenLegs);
  const draw = ([least, most]: Degrees): number => (random.uniform(least, most) * Math.PI) / 180;
  const trunk = ([flexion, lateral, rotation]: Three): TrunkAngles => ({
    flexion: draw(flexion),
    lateral: draw(lateral),
    rotation: draw(rotation),
  });
  const ball = ([flexion, abduction, rotation]: Three): BallAngles => ({
    flexion: draw(flexion),
    abduction: draw(abduction),
    rotation: draw(rotation),
  });
  const pair = <T>(isEven: boolean, make: () => T): Record<Side, T> => {
    const drawn = bothSides(make);
    return isEven ? { left: drawn.left, right: drawn.left } : drawn;
  };
  return withinRanges({
    spine: trunk(spine),
    neck: trunk(neck),
    shoulders: pair(arms, () => ball(shoulder)),
    elbows: pair(arms, () => draw(elbow)),
    pronations: pair(arms, () => draw(pronation)),
    hips: pair(legs, () => ball(hip)),
    knees: pair(legs, () => draw(knee)),
    ankles: pair(legs, () => draw(ankle)),
  });
}

/** The angles on the way from `a` (0) to `b` (1). */
export function mixAngles(a: JointAngles, b: JointAngles, at: number): JointAngles {
  const mix = (from: number, to: number): number => from + (to - from) * at;
  const trunk = (from: TrunkAngles, to: TrunkAngles): TrunkAngles => ({
    flexion: mix(from.flexion, to.flexion),
    lateral: mix(from.lateral, to.lateral),
    rotation: mix(from.rotation, to.rotation),
  });
  const ball = (from: BallAngles, to: BallAngles): BallAngles => ({
    flexion: mix(from.flexion, to.flexion),
    abduction: mix(from.abduction, to.abduction),
    rotation: mix(from.rotation, to.rotation),
  });
  return {
    spine: trunk(a.spine, b.spine),
    neck: trunk(a.neck, b.neck),
    shoulders: bothSides((side) => ball(a.shoulders[side], b.shoulders[side])),
    elbows: bothSides((side) => mix(a.elbows[side], b.elbows[side])),
    pronations: bothSides((side) => mix(a.pronations[side], b.pronations[side])),
    hips: bothSides((side) => ball(a.hips[side], b.hips[side])),
    knees: bothSides((side) => mix(a.knees[side], b.knees[side])),
    ankles: bothSides((side) => mix(a.ankles[side], b.ankles[side])),
  };
}
