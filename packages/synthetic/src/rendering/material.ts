import type { Color } from './color.ts';
import type { FacePaint } from './face.ts';
import type { Pattern } from './patterns.ts';

/** How a surface looks. */
export interface Material {
  readonly color: Color;
  /** What is drawn over the color; null for nothing. */
  readonly pattern: Pattern | null;
  /** Eyes, mouth and beard, on a head; null elsewhere. */
  readonly face: FacePaint | null;
  /** Strength of the highlight, 0 to 1. */
  readonly gloss: number;
  /** Sharpness of the highlight, as the exponent of Blinn and Phong. */
  readonly polish: number;
  /** Strength of folds and wear, 0 to 1. */
  readonly folds: number;
  /** How far light wraps round the terminator: skin and hair are soft. */
  readonly softness: number;
  readonly seed: number;
}
