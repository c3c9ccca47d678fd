import type { Random } from '@limber/keypoints';
import { smooth } from '../geometry/vector.ts';
import type { Fault } from './motion-label.ts';
import type { ArmStyle, Posture } from './posture.ts';

/** How often each way to hold the arms is drawn. */
const squatArms: readonly ArmStyle[] = [
  'raising',
  'raising',
  'forward',
  'forward',
  'crossed',
  'behind-head',
  'clasped',
  'clasped',
  'goblet',
  'goblet',
  'barbell',
  'barbell',
  'barbell',
  'dumbbells',
  'overhead',
];

/** Half distance of the ankles, metres, and how far the toes turn out, radians. */
const stances = {
  narrow: { halfWidth: [0.08, 0.12], out: [0, 0.25] },
  shoulders: { halfWidth: [0.13, 0.2], out: [0.1, 0.5] },
  wide: { halfWidth: [0.22, 0.32], out: [0.4, 0.75] },
} as const;

const wrong: readonly Exclude<Fault, 'none'>[] = ['shallow', 'knees-in', 'leaning', 'heels-up'];

/** Angle of the thighs from upright at the lowest point: parallel to the floor is 1.57. Radians. */
const fullDepth = [1.5, 1.95] as const;
const shallowDepth = [0.75, 1.2] as const;

/** Where the calf lies against the thigh, radians: the weight of the body bends a knee further than its muscles do. */
const mostKneeBend = 2.6;

/** Repetitions of squats: the posture at a moment, and how the arms are held. */
export interface Squat {
  readonly style: ArmStyle;
  readonly postureAt: (moment: number, frame: number) => Posture;
}

/**
 * Draws a squatter: stance, depth, tempo, arms and a fault, then repetitions with small differences, most of them with the
 * fault and some without.
 */
export function createSquat(random: Random): Squat {
  const style = random.pick(squatArms);
  const kind =
    stances[random.pick(['narrow', 'shoulders', 'shoulders', 'shoulders', 'wide'] as const)];
  const stance = {
    halfWidth: random.uniform(...kind.halfWidth),
    out: random.uniform(...kind.out),
    stagger: 0.02 * random.truncatedNormal(),
    twist: 0.08 * random.truncatedNormal(),
  };
  const habit: Fault = random.chance(0.55) ? random.pick(wrong) : 'none';
  const severity = random.uniform();
  const deepest = { full: random.uniform(...fullDepth), shallow: random.uniform(...shallowDepth) };
  const ankles = random.uniform(0.3, 0.62);
  const lean =
    0.08 * random.truncatedNormal() - (style === 'goblet' || style === 'overhead' ? 0.08 : 0);
  const tempo = drawTempo(random);
  const repetitions = random.uniform(1.4, 3.2);
  const start = random.uniform();
  const spread = random.uniform();
  const gaze = { pitch: random.uniform(-0.1, 0.25), yaw: 0.15 * random.truncatedNormal() };
  const heading = 0.06 * random.truncatedNormal();
  const postureAt = (moment: number, frame: number): Posture => {
    const wobble = random.fork('frame', frame);
    const small = (size: number): number => size * wobble.truncatedNormal();
    const cycle = start + moment * repetitions;
    const repetition = random.fork('repetition', Math.floor(cycle));
    const effort = 1 + 0.04 * repetition.truncatedNormal();
    const fault: Fault = repetition.chance(0.85) ? habit : 'none';
    const phase = cycle - Math.floor(cycle);
    const depth = tempo(phase);
    /** How much of a fault shows: the more, the deeper. */
    const shown = (kind: Fault, least: number, most: number): number =>
      fault === kind ? depth * (least + (most - least) * severity) : 0;
    const lowest = (fault === 'shallow' ? deepest.shallow : deepest.full) * effort;
    const thighAngle = 0.06 + (lowest - 0.06) * depth;
    const arm = { style, spread: spread + small(0.08) };
    const heel = shown('heels-up', 0.2, 0.55);
    return {
      yaw: heading,
      feet: {
        left: { x: stance.halfWidth, z: stance.stagger, out: stance.out + stance.twist, heel },
        right: { x: -stance.halfWidth, z: -stance.stagger, out: stance.out - stance.twist, heel },
      },
      thighAngle,
      kneesIn: shown('knees-in', 0.7, 1.4),
      shinAngle: Math.min(
        0.04 + ankles * Math.min(1, thighAngle / 1.75) + heel * 0.5,
        mostKneeBend - thighAngle,
      ),
      hips: { x: small(0.012), z: small(0.012), roll: small(0.03), yaw: small(0.04) },
      lean: lean + small(0.03) + shown('leaning', 0.35, 0.7),
      chest: { roll: small(0.03), yaw: small(0.05) },
      head: {
        pitch: gaze.pitch + 0.25 * depth * wobble.uniform() + small(0.06),
        yaw: gaze.yaw + small(0.08),
        roll: small(0.05),
      },
      arms: { left: arm, right: { style, spread: spread + small(0.08) } },
      depth,
      label: { action: 'squat', fault, phase, depth },
    };
  };
  return { style, postureAt };
}

/** Down, hold, up, rest: parts of one repetition, as depth 0 to 1 over phase 0 to 1. */
function drawTempo(random: Random): (phase: number) => number {
  const parts = [
    random.uniform(0.9, 2),
    random.uniform(0, 0.6),
    random.uniform(0.7, 1.5),
    random.uniform(0.1, 0.6),
  ];
  const total = parts.reduce((sum, part) => sum + part, 0);
  const [down, hold, up] = parts.map((part) => part / total) as [number, number, number, number];
  return (phase) => {
    if (phase < down) return smooth(phase / down);
    if (phase < down + hold) return 1;
    if (phase < down + hold + up) return smooth(1 - (phase - down - hold) / up);
    return 0;
  };
}
