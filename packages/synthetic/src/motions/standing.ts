import type { Random } from '@limber/keypoints';
import { plainLabel } from './motion-label.ts';
import type { ArmStyle, Posture } from './posture.ts';

const standingArms: readonly ArmStyle[] = [
  'hanging',
  'hanging',
  'hanging',
  'hanging',
  'crossed',
  'on-hips',
  'on-hips',
  'clasped',
  'behind-head',
  'overhead',
  'waving',
];

/** Draws somebody who stands about: arms each in its own way, weight moving from leg to leg, the head turning. */
export function createStanding(random: Random): {
  readonly postureAt: (moment: number, frame: number) => Posture;
} {
  const both = random.pick(standingArms);
  const isPaired = both === 'crossed' || both === 'clasped' || random.chance(0.6);
  const singles = standingArms.filter((style) => style !== 'crossed' && style !== 'clasped');
  const styles = { left: both, right: isPaired ? both : random.pick(singles) };
  const halfWidth = random.uniform(0.07, 0.2);
  const step = random.chance(0.4) ? random.uniform(-0.18, 0.18) : 0;
  const out = { left: random.uniform(0, 0.4), right: random.uniform(0, 0.4) };
  const spread = { left: random.uniform(), right: random.uniform() };
  const sway = { size: random.uniform(0, 0.05), from: random.uniform(0, 6.3) };
  const look = { from: random.uniform(0, 6.3), size: random.uniform(0, 0.6) };
  const heading = random.uniform(-0.3, 0.3);
  const turning = random.chance(0.5) ? random.uniform(-2.5, 2.5) : 0;
  const postureAt = (moment: number, frame: number): Posture => {
    const wobble = random.fork('frame', frame);
    const small = (size: number): number => size * wobble.truncatedNormal();
    const shift = sway.size * Math.sin(sway.from + 5 * moment);
    return {
      yaw: heading + turning * moment,
      feet: {
        left: { x: halfWidth, z: step, out: out.left, heel: 0 },
        right: { x: -halfWidth, z: -step, out: out.right, heel: 0 },
      },
      thighAngle: 0.05 + 0.05 * wobble.uniform(),
      kneesIn: 0,
      shinAngle: 0.03,
      hips: { x: shift, z: 0.01, roll: shift * 1.2 + small(0.02), yaw: small(0.05) },
      lean: 0.04 + small(0.05),
      chest: { roll: -shift * 1.2 + small(0.03), yaw: small(0.1) },
      head: {
        pitch: 0.1 + small(0.15),
        yaw: look.size * Math.sin(look.from + 6 * moment) + small(0.05),
        roll: small(0.08),
      },
      arms: {
        left: { style: styles.left, spread: spread.left + small(0.25) },
        right: { style: styles.right, spread: spread.right + small(0.25) },
      },
      depth: 0,
      label: plainLabel('standing'),
    };
  };
  return { postureAt };
}
