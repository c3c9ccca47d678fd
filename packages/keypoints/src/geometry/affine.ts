import { LimberError } from '@limber/files';

/**
 * A 2x3 affine map between two pixel frames, row by row: `x' = a x + b y + c`, `y' = d x + e y + f`.
 *
 * In every frame the centre of the top-left pixel is (0, 0).
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** A place in a pixel frame. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Maps one point from the affine's source frame to its target frame. */
export function applyAffine(affine: Affine, point: Point): Point {
  const [a, b, c, d, e, f] = affine;
  return { x: a * point.x + b * point.y + c, y: d * point.x + e * point.y + f };
}

/** The map that does `first`, then `second`. */
export function composeAffine(second: Affine, first: Affine): Affine {
  const [a, b, c, d, e, f] = second;
  const [p, q, r, s, t, u] = first;
  return [
    a * p + b * s,
    a * q + b * t,
    a * r + b * u + c,
    d * p + e * s,
    d * q + e * t,
    d * r + e * u + f,
  ];
}

/**
 * The map back.
 *
 * @throws {LimberError} `invalid-argument` if the map squeezes the plane to a line.
 */
export function invertAffine(affine: Affine): Affine {
  const [a, b, c, d, e, f] = affine;
  const determinant = a * e - b * d;
  if (!Number.isFinite(determinant) || determinant === 0) {
    throw new LimberError('invalid-argument', {
      what: 'an affine map without inverse',
      expected: 'a determinant other than 0',
      got: `${determinant}`,
    });
  }
  const scale = 1 / determinant;
  return [
    e * scale,
    -b * scale,
    (b * f - c * e) * scale,
    -d * scale,
    a * scale,
    (c * d - a * f) * scale,
  ];
}
