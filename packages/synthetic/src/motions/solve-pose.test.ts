import { createRandom } from '@limber/keypoints';
import { expect, test } from 'vitest';
import type { Vec3 } from '../geometry/vector.ts';
import { dot, lengthOf, mix, subtract } from '../geometry/vector.ts';
import { createPerson, sides } from '../people/person.ts';
import type { Posture } from './posture.ts';
import type { Pose } from './pose.ts';
import type { ArmStyle } from './posture.ts';
import { armStyles } from './posture.ts';
import { solvePose } from './solve-pose.ts';
import { createSquat } from './squat.ts';
import { createStanding } from './standing.ts';

const clips = Array.from({ length: 40 }, (_, clip) => clip);
const frames = Array.from({ length: 25 }, (_, frame) => frame);

function posesOf(
  clip: number,
  create: (random: ReturnType<typeof createRandom>) => {
    readonly postureAt: (moment: number, frame: number) => Posture;
  },
  fits: (posture: Posture) => boolean = () => true,
): Pose[] {
  const random = createRandom(7, clip);
  const person = createPerson(random.fork('person'));
  const motion = create(random.fork('motion'));
  return frames
    .map((frame) => motion.postureAt(frame / (frames.length - 1), frame))
    .filter(fits)
    .map((posture) => solvePose(person, posture));
}

const withoutFault = (posture: Posture): boolean => posture.label.fault === 'none';
const onWholeFeet = (posture: Posture): boolean => posture.label.fault !== 'heels-up';

test('every bone keeps its length over the frames of a clip', () => {
  for (const create of [createSquat, createStanding]) {
    for (const clip of clips) {
      const [first, ...others] = posesOf(clip, create).map(boneLengths);
      for (const lengths of others) {
        for (const [bone, length] of Object.entries(lengths)) {
          expect(length, bone).toBeCloseTo(first![bone]!, 9);
        }
      }
    }
  }
});

test('a squatter keeps both ankles in place, and the legs reach them', () => {
  for (const clip of clips) {
    const poses = posesOf(clip, createSquat, onWholeFeet);
    for (const side of sides) {
      for (const pose of poses) {
        expect(pose.legs[side].ankle).toEqual(poses[0]!.legs[side].ankle);
      }
    }
  }
});

test('knees bend to where the toes point, and hips never sink to the floor', () => {
  for (const clip of clips) {
    for (const pose of posesOf(clip, createSquat, withoutFault)) {
      for (const side of sides) {
        const { hip, knee, ankle, foot } = pose.legs[side];
        const between = subtract(knee, mix(hip, ankle, 0.5));
        expect(dot(between, foot.front)).toBeGreaterThan(0);
        expect(hip[1]).toBeGreaterThan(0.2);
      }
    }
  }
});

test('in a squat without a fault the hips go down and back and the shoulders stay over the feet', () => {
  let checked = 0;
  for (const clip of clips) {
    const poses = posesOf(clip, createSquat, withoutFault);
    if (poses.length < frames.length) continue;
    checked++;
    const byHeight = poses.toSorted((a, b) => a.pelvis.origin[1] - b.pelvis.origin[1]);
    const [deepest, highest] = [byHeight[0]!, byHeight.at(-1)!];
    expect(deepest.pelvis.origin[1]).toBeLessThan(highest.pelvis.origin[1] - 0.08);
    expect(deepest.pelvis.origin[2]).toBeLessThan(highest.pelvis.origin[2] - 0.03);
    expect(Math.abs(deepest.chest.origin[2])).toBeLessThan(0.25);
  }
  expect(checked).toBeGreaterThan(8);
});

test.each(armStyles)(
  'arms %s: wrists are apart from each other and not inside the trunk',
  (style) => {
    const person = createPerson(createRandom(3, 'person'));
    const posture = createSquat(createRandom(3, 'motion')).postureAt(0.3, 0);
    const arm = { style: style satisfies ArmStyle, spread: 0.5 };
    const { arms, chest } = solvePose(person, { ...posture, arms: { left: arm, right: arm } });
    const between = (a: Vec3, b: Vec3): number => lengthOf(subtract(a, b));
    expect(between(arms.left.wrist, arms.right.wrist)).toBeGreaterThan(0.05);
    for (const side of sides) {
      const offset = subtract(arms[side].wrist, chest.origin);
      const isInside =
        Math.abs(dot(offset, chest.left)) < 0.12 &&
        Math.abs(dot(offset, chest.front)) < 0.08 &&
        dot(offset, chest.up) < 0;
      expect(isInside).toBe(false);
    }
  },
);

/** Metres. */
function boneLengths(pose: Pose): Record<string, number> {
  const between = (a: Vec3, b: Vec3): number => lengthOf(subtract(a, b));
  const { arms, legs } = pose;
  return {
    leftThigh: between(legs.left.hip, legs.left.knee),
    rightThigh: between(legs.right.hip, legs.right.knee),
    leftShin: between(legs.left.knee, legs.left.ankle),
    rightShin: between(legs.right.knee, legs.right.ankle),
    leftUpperArm: between(arms.left.shoulder, arms.left.elbow),
    rightUpperArm: between(arms.right.shoulder, arms.right.elbow),
    leftForearm: between(arms.left.elbow, arms.left.wrist),
    rightForearm: between(arms.right.elbow, arms.right.wrist),
    hips: between(legs.left.hip, legs.right.hip),
    shoulders: between(arms.left.shoulder, arms.right.shoulder),
  };
}
