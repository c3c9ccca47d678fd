import type { Random } from '@limber/keypoints';
import type { Color } from '../../rendering/color.ts';
import { layeredNoise } from '../../rendering/noise.ts';
import type { SurfacePoint } from '../surface-point.ts';

/** What tells one floor from another of its kind. */
export interface FloorLooks {
  readonly color: Color;
  readonly second: Color;
  /** About the size of its pattern, metres. */
  readonly size: number;
  readonly seed: number;
}

/** A kind of floor. */
export interface Flooring {
  readonly drawColor: (random: Random) => Color;
  /** Writes the color at a place, counted along the pattern, into `out`, linear light. */
  readonly paint: (looks: FloorLooks, point: SurfacePoint, out: Float32Array) => void;
}

/** How bright a place is that people walk on, about 1. */
export function wearAt({ seed }: FloorLooks, { x, y }: SurfacePoint): number {
  return 0.85 + 0.3 * layeredNoise(x * 1.3, y * 1.3, seed + 3);
}
