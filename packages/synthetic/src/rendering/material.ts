import type { Color } from './color.ts';

/** What is drawn over the base colour of a material. Texture coordinates: turns around, metres along. */
export type Pattern =
  | { readonly type: 'plain' }
  | {
      readonly type: 'bands';
      readonly color: Color;
      readonly width: number;
      readonly share: number;
    }
  | {
      readonly type: 'stripes';
      readonly color: Color;
      readonly count: number;
      readonly share: number;
    }
  | {
      readonly type: 'side-stripe';
      readonly color: Color;
      readonly angle: number;
      readonly width: number;
    }
  | {
      readonly type: 'checks';
      readonly color: Color;
      readonly width: number;
      readonly count: number;
    }
  | { readonly type: 'print'; readonly color: Color; readonly along: number; readonly size: number }
  | { readonly type: 'blotches'; readonly color: Color; readonly size: number }
  | { readonly type: 'sole'; readonly color: Color; readonly height: number }
  | { readonly type: 'face'; readonly face: FacePaint };

/** The colours of a face. */
export interface FacePaint {
  readonly brow: Color;
  readonly iris: Color;
  readonly lips: Color;
  /** Colour and share of a beard, 0 for none. */
  readonly beard: Color;
  readonly beardStrength: number;
  readonly eyeOpenness: number;
}

/** How a surface looks. */
export interface Material {
  readonly color: Color;
  readonly pattern: Pattern;
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
