import type { Random } from '@limber/keypoints';
import type { Vec3 } from '../geometry/vector.ts';
import { normalize } from '../geometry/vector.ts';
import type { Color } from '../rendering/color.ts';

/** A lamp far away, and the light that comes from everywhere. */
export interface Light {
  /** Unit direction towards the lamp. */
  readonly towards: Vec3;
  readonly lamp: Color;
  /** From above and from below. */
  readonly sky: Color;
  readonly ground: Color;
  /** Blur of shadows on floor and walls, metres. */
  readonly shadowBlur: number;
}

/** Draws the light of a clip: direction, hardness, warmth. */
export function createLight(random: Random): Light {
  const turn = random.uniform(0, 2 * Math.PI);
  const height = random.uniform(0.5, 1.35);
  const towards = normalize([
    Math.cos(turn) * Math.cos(height),
    Math.sin(height),
    Math.sin(turn) * Math.cos(height),
  ]);
  const hardness = random.uniform(0.25, 0.75);
  const warmth = random.uniform(-0.1, 0.14);
  const brightness = random.uniform(0.75, 1.25);
  const tint = (strength: number, warm: number): Color => [
    strength * (1 + warm),
    strength,
    strength * (1 - warm),
  ];
  return {
    towards,
    lamp: tint(1.5 * hardness * brightness, warmth),
    sky: tint((1 - hardness) * 1.05 * brightness, -warmth * 0.6),
    ground: tint((1 - hardness) * 0.55 * brightness, warmth * 0.3),
    shadowBlur: random.uniform(0.015, 0.09),
  };
}
