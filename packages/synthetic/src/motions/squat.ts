import type { Random } from '@limber/keypoints';
import { smooth } from '../geometry/vector.ts';
import type { Motion } from './motion.ts';
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

/** Draws a squatter: stance, depth, tempo and arms, then repetitions with small differences. */
export function createSquat(random: Random): Motion {
  const style = random.pick(squatArms);
  const stance = {
    halfWidth: random.uniform(0.12, 0.26),
    out: random.uniform(0.1, 0.6),
    stagger: 0.02 * random.truncatedNormal(),
    twist: 0.08 * random.truncatedNormal(),
  };
  const deepest = random.uniform(0.95, 1.95);
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
    const effort = 1 + 0.08 * random.fork('repetition', Math.floor(cycle)).truncatedNormal();
    const depth = tempo(cycle - Math.floor(cycle));
    const thighAngle = 0.06 + (deepest * effort - 0.06) * depth;
    const arm = { style, spread: spread + small(0.08) };
    const shift = small(0.012);
    return {
      yaw: heading,
      feet: {
        left: { x: stance.halfWidth, z: stance.stagger, out: stance.out + stance.twist },
        right: { x: -stance.halfWidth, z: -stance.stagger, out: stance.out - stance.twist },
      },
      thighAngle,
      shinAngle: 0.04 + ankles * Math.min(1, thighAngle / 1.75),
      hips: { x: shift, z: small(0.012), roll: small(0.03), yaw: small(0.04) },
      lean: lean + small(0.03),
      chest: { roll: small(0.03), yaw: small(0.05) },
      head: {
        pitch: gaze.pitch + 0.25 * depth * wobble.uniform() + small(0.06),
        yaw: gaze.yaw + small(0.08),
        roll: small(0.05),
      },
      arms: { left: arm, right: { style, spread: spread + small(0.08) } },
      depth,
    };
  };
  return { action: 'squat', postureAt };
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
