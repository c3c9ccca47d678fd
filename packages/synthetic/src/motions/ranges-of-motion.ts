import { bothSides } from '../people/person.ts';
import type { BallAngles, JointAngles, TrunkAngles } from './joint-angles.ts';

type Range = readonly [least: number, most: number];

interface RangesOfMotion {
  readonly spine: Readonly<Record<keyof TrunkAngles, Range>>;
  readonly neck: Readonly<Record<keyof TrunkAngles, Range>>;
  readonly shoulder: Readonly<Record<keyof BallAngles, Range>>;
  readonly elbow: Range;
  readonly pronation: Range;
  readonly hip: Readonly<Record<keyof BallAngles, Range>>;
  readonly knee: Range;
  readonly ankle: Range;
}

const degrees = (least: number, most: number): Range => [
  (least * Math.PI) / 180,
  (most * Math.PI) / 180,
];

/**
 * How far each joint of a healthy adult goes, in radians.
 *
 * @see American Academy of Orthopaedic Surgeons, Joint Motion: Method of Measuring and Recording, 1965, the averages of
 * its appendix: shoulder 180 flexion, 60 extension, 180 abduction, 70 inward and 90 outward rotation; elbow 150; forearm 80
 * either way; hip 120 flexion, 30 extension, 45 abduction, 30 adduction, 45 rotation either way; knee 135; ankle 20 up, 50
 * down; neck 45 to every side, 60 rotation; thoracic and lumbar spine 80 flexion, 25 extension, 35 to a side, 45 rotation.
 */
export const rangesOfMotion: RangesOfMotion = {
  spine: { flexion: degrees(-25, 80), lateral: degrees(-35, 35), rotation: degrees(-45, 45) },
  neck: { flexion: degrees(-45, 45), lateral: degrees(-45, 45), rotation: degrees(-60, 60) },
  shoulder: { flexion: degrees(-60, 180), abduction: degrees(0, 180), rotation: degrees(-90, 70) },
  elbow: degrees(0, 150),
  pronation: degrees(-80, 80),
  hip: { flexion: degrees(-30, 120), abduction: degrees(-30, 45), rotation: degrees(-45, 45) },
  knee: degrees(0, 135),
  ankle: degrees(-50, 20),
};

/** The nearest angles that a body can take. */
export function withinRanges(angles: JointAngles): JointAngles {
  const { spine, neck, shoulder, elbow, pronation, hip, knee, ankle } = rangesOfMotion;
  return {
    spine: trunkWithin(angles.spine, spine),
    neck: trunkWithin(angles.neck, neck),
    shoulders: bothSides((side) => ballWithin(angles.shoulders[side], shoulder)),
    elbows: bothSides((side) => within(angles.elbows[side], elbow)),
    pronations: bothSides((side) => within(angles.pronations[side], pronation)),
    hips: bothSides((side) => ballWithin(angles.hips[side], hip)),
    knees: bothSides((side) => within(angles.knees[side], knee)),
    ankles: bothSides((side) => within(angles.ankles[side], ankle)),
  };
}

function ballWithin(
  { flexion, abduction, rotation }: BallAngles,
  ranges: Readonly<Record<keyof BallAngles, Range>>,
): BallAngles {
  return {
    flexion: within(flexion, ranges.flexion),
    abduction: within(abduction, ranges.abduction),
    rotation: within(rotation, ranges.rotation),
  };
}

function trunkWithin(
  { flexion, lateral, rotation }: TrunkAngles,
  ranges: Readonly<Record<keyof TrunkAngles, Range>>,
): TrunkAngles {
  return {
    flexion: within(flexion, ranges.flexion),
    lateral: within(lateral, ranges.lateral),
    rotation: within(rotation, ranges.rotation),
  };
}

function within(angle: number, [least, most]: Range): number {
  return Math.min(most, Math.max(least, angle));
}
