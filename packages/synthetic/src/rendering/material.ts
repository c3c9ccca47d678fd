import type { Color } from './color.ts';

/** How a surface looks. */
export interface Material {
  readonly color: Color;
  /** What is drawn over the color. */
  readonly pattern: Pattern;
  /** Strength of the highlight, 0 to 1. */
  readonly gloss: number;
  /** Sharpness of the highlight, as the exponent of Blinn and Phong; an integer. */
  readonly polish: number;
  /** Strength of folds and wear, 0 to 1. */
  readonly folds: number;
  /** How far light wraps round the terminator: skin and hair are soft. */
  readonly softness: number;
  /** An integer below 2^20. */
  readonly seed: number;
}

/** The colors of a face. */
export interface FacePaint {
  readonly iris: Color;
  readonly brow: Color;
  readonly lips: Color;
  /** Color and share of a beard, 0 for none. */
  readonly beard: Color;
  readonly beardStrength: number;
  readonly eyeOpenness: number;
}

/** What is drawn over the color of a material. Sizes in metres, shares and angles in parts and turns. */
export type Pattern =
  | { readonly kind: 'plain' }
  /** Rings of a width, of which a share is colored. */
  | {
      readonly kind: 'bands';
      readonly second: Color;
      readonly size: number;
      readonly share: number;
    }
  /** Stripes along the limb: how many, of which a share is colored. */
  | {
      readonly kind: 'stripes';
      readonly second: Color;
      readonly size: number;
      readonly share: number;
    }
  /** One stripe along the limb: half width in turns, and where. */
  | {
      readonly kind: 'side-stripe';
      readonly second: Color;
      readonly size: number;
      readonly share: number;
    }
  /** Rings of a width that cross so many stripes. */
  | {
      readonly kind: 'checks';
      readonly second: Color;
      readonly size: number;
      readonly share: number;
    }
  /** A word on the front: half its width, and how far along. */
  | {
      readonly kind: 'print';
      readonly second: Color;
      readonly size: number;
      readonly share: number;
    }
  /** Spots of a size, as of camouflage. */
  | { readonly kind: 'blotches'; readonly second: Color; readonly size: number }
  /** The part below a height: the sole of a shoe, the lower part of a shirt. */
  | { readonly kind: 'below'; readonly second: Color; readonly size: number }
  | { readonly kind: 'face'; readonly face: FacePaint }
  /** Dots in rows of a height, so many around. */
  | {
      readonly kind: 'dots';
      readonly second: Color;
      readonly size: number;
      readonly share: number;
    };

/** As `assembly/cloth.ts` numbers them. */
const kindNumbers: Readonly<Record<Pattern['kind'], number>> = {
  plain: 0,
  bands: 1,
  stripes: 2,
  'side-stripe': 3,
  checks: 4,
  print: 5,
  blotches: 6,
  below: 7,
  face: 8,
  dots: 9,
};

/** How many numbers describe a material, see `assembly/material.ts`. */
export const materialFields = 32;

/** Writes a material as the render module reads it, into `materialFields` numbers. */
export function writeMaterial(material: Material, out: Float32Array): void {
  const { color, pattern, gloss, polish, folds, softness, seed } = material;
  out.fill(0);
  out.set(color, 0);
  out[3] = kindNumbers[pattern.kind];
  out[7] = seed;
  out.set([gloss, polish, folds, softness], 12);
  if (pattern.kind === 'plain') return;
  if (pattern.kind === 'face') {
    const { iris, brow, lips, beard, beardStrength, eyeOpenness } = pattern.face;
    out.set([...iris, ...brow, ...lips, ...beard, beardStrength, eyeOpenness], 16);
    return;
  }
  out.set(pattern.second, 4);
  out[8] = pattern.size;
  out[9] = 'share' in pattern ? pattern.share : 0;
}
