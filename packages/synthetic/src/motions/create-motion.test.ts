import { createRandom } from '@limber/keypoints';
import { describe, expect, test } from 'vitest';
import type { Vec3 } from '../geometry/vector.ts';
import { dot, lengthOf, mix, normalize, subtract } from '../geometry/vector.ts';
import type { Person } from '../people/person.ts';
import { createPerson, sides } from '../people/person.ts';
import { createMotion } from './create-motion.ts';
import type { Action, Fault } from './motion-label.ts';
import { actions } from './motion-label.ts';
import type { Moment } from './motion.ts';
import { rangesOfMotion } from './ranges-of-motion.ts';

interface Seen {
  readonly person: Person;
  readonly moments: readonly Moment[];
}

const times = [0, 0.2, 0.4, 0.6, 0.8];

/** So many people who do one thing, each at several moments. */
function watch(action: Action, count = 30): Seen[] {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(5, action, index);
    const person = createPerson(random.fork('person'));
    const motion = createMotion(random.fork('motion'), person, { [action]: 1 });
    return { person, moments: times.map((time, frame) => motion.at(time, frame)) };
  });
}

/** The bend of a joint: 0 where the limb is straight. */
function bendAt(root: Vec3, joint: Vec3, end: Vec3): number {
  const cosine = dot(normalize(subtract(joint, root)), normalize(subtract(end, joint)));
  return Math.acos(Math.min(1, Math.max(-1, cosine)));
}

// what muscles do; the weight of a body in a deep squat bends the knees further
const slack = 0.35;

describe.each(actions)('%s', (action) => {
  test('bends knees and elbows no further than people do, and keeps every bone', () => {
    let farthest = { knee: 0, elbow: 0, stretched: 0 };
    for (const { person, moments } of watch(action)) {
      for (const { pose } of moments) {
        for (const side of sides) {
          const { hip, knee, ankle } = pose.legs[side];
          const { shoulder, elbow, wrist } = pose.arms[side];
          const stretched = Math.max(
            ...[
              lengthOf(subtract(hip, knee)) - person.thigh,
              lengthOf(subtract(knee, ankle)) - person.shin,
              lengthOf(subtract(shoulder, elbow)) - person.upperArm,
              lengthOf(subtract(elbow, wrist)) - person.forearm,
            ].map(Math.abs),
          );
          farthest = {
            knee: Math.max(farthest.knee, bendAt(hip, knee, ankle)),
            elbow: Math.max(farthest.elbow, bendAt(shoulder, elbow, wrist)),
            stretched: Math.max(farthest.stretched, stretched),
          };
        }
      }
    }
    expect(farthest.stretched).toBeLessThan(1e-9);
    expect(farthest.knee).toBeLessThan(rangesOfMotion.knee[1] + slack);
    expect(farthest.elbow).toBeLessThan(rangesOfMotion.elbow[1] + slack);
  });

  test('nobody sinks into the floor, and every label is of its action', () => {
    let lowest = Infinity;
    for (const { moments } of watch(action)) {
      for (const { pose, label } of moments) {
        expect(label.action).toBe(action);
        const joints = sides.flatMap((side) => [
          pose.legs[side].ankle,
          pose.legs[side].knee,
          pose.arms[side].wrist,
          pose.arms[side].elbow,
        ]);
        for (const [, y] of [...joints, pose.pelvis.origin, pose.head.origin]) {
          lowest = Math.min(lowest, y);
        }
      }
    }
    expect(lowest).toBeGreaterThan(-0.01);
  });
});

test('who hangs has the hands above the head, who is inverted the head below the hips, who lies neither', () => {
  const heightsOf = (action: Action): { head: number; hips: number; wrists: number }[] =>
    watch(action).flatMap(({ moments }) =>
      moments.map(({ pose: { head, pelvis, arms } }) => ({
        head: head.origin[1],
        hips: pelvis.origin[1],
        wrists: (arms.left.wrist[1] + arms.right.wrist[1]) / 2,
      })),
    );
  const shareOf = <T>(items: readonly T[], is: (item: T) => boolean): number =>
    items.filter(is).length / items.length;
  expect(shareOf(heightsOf('hanging'), ({ wrists, head }) => wrists > head)).toBeGreaterThan(0.9);
  expect(shareOf(heightsOf('inverted'), ({ head, hips }) => head < hips)).toBeGreaterThan(0.85);
  expect(shareOf(heightsOf('lying'), ({ head }) => head < 0.75)).toBeGreaterThan(0.95);
  expect(shareOf(heightsOf('standing'), ({ head, hips }) => head > hips + 0.4)).toBe(1);
});

describe('a squat with a fault', () => {
  const squatters = watch('squat', 250);
  /** A measure of a body at the lowest point of repetitions with one fault: the mean over many people. */
  const meanAtBottom = (
    fault: Fault,
    measure: (seen: Person, moment: Moment) => number,
  ): number => {
    const values = squatters.flatMap(({ person, moments }) =>
      moments
        .filter(({ label }) => label.fault === fault && label.depth > 0.9)
        .map((moment) => measure(person, moment)),
    );
    expect(values.length).toBeGreaterThan(15);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const hipsOverKnees = (_: Person, { pose: { legs } }: Moment): number =>
    legs.left.hip[1] - legs.left.knee[1];
  const kneesOverAnkles = (_: Person, { pose: { legs } }: Moment): number =>
    lengthOf(subtract(legs.left.knee, legs.right.knee)) /
    lengthOf(subtract(legs.left.ankle, legs.right.ankle));
  const trunkTilt = (_: Person, { pose: { pelvis, chest } }: Moment): number =>
    Math.acos(normalize(subtract(chest.origin, pelvis.origin))[1]);
  const heelHeight = (person: Person, { pose: { legs } }: Moment): number =>
    legs.left.ankle[1] - person.ankleHeight;

  test('stays high, knees together, bows or stands on its toes, where one without does not', () => {
    expect(meanAtBottom('none', hipsOverKnees)).toBeLessThan(0.03);
    expect(meanAtBottom('shallow', hipsOverKnees)).toBeGreaterThan(0.12);
    const tracking = meanAtBottom('none', kneesOverAnkles);
    expect(meanAtBottom('knees-in', kneesOverAnkles)).toBeLessThan(tracking * 0.75);
    const upright = meanAtBottom('none', trunkTilt);
    expect(meanAtBottom('leaning', trunkTilt)).toBeGreaterThan(upright + 0.25);
    expect(meanAtBottom('none', heelHeight)).toBeCloseTo(0, 9);
    expect(meanAtBottom('heels-up', heelHeight)).toBeGreaterThan(0.03);
  });

  test('goes down and up again over a repetition: depth is 0 at its ends', () => {
    for (const { moments } of watch('squat', 60)) {
      for (const { label, pose } of moments) {
        expect(label.depth).toBeGreaterThanOrEqual(0);
        expect(label.depth).toBeLessThanOrEqual(1);
        if (label.phase < 0.02 || label.phase > 0.98) expect(label.depth).toBeLessThan(0.02);
        // the legs bend as the label says
        const { hip, knee, ankle } = pose.legs.left;
        if (label.depth > 0.9) {
          expect(lengthOf(subtract(knee, mix(hip, ankle, 0.5)))).toBeGreaterThan(0.12);
        }
      }
    }
  });
});
