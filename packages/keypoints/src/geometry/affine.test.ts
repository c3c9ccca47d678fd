import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Affine, Point } from './affine.ts';
import { applyAffine, composeAffine, invertAffine } from './affine.ts';

const number = fc.double({ min: -300, max: 300, noNaN: true });
const point: fc.Arbitrary<Point> = fc.record({ x: number, y: number });
const affine: fc.Arbitrary<Affine> = fc
  .tuple(number, number, number, number, number, number)
  .filter(([a, b, , d, e]) => Math.abs(a * e - b * d) > 1);

function expectNear(got: Point, expected: Point, tolerance: number): void {
  expect(Math.hypot(got.x - expected.x, got.y - expected.y)).toBeLessThan(tolerance);
}

describe('affine maps', () => {
  test('the inverse takes every point back', () => {
    fc.assert(
      fc.property(affine, point, (map, from) => {
        const back = applyAffine(invertAffine(map), applyAffine(map, from));
        // determinants down to 1 with entries up to 300 lose up to 5 of 16 digits
        expectNear(back, from, 1e-6);
      }),
      { seed: 1 },
    );
  });

  test('composing is doing one after the other', () => {
    fc.assert(
      fc.property(affine, affine, point, (second, first, from) => {
        const expected = applyAffine(second, applyAffine(first, from));
        expectNear(applyAffine(composeAffine(second, first), from), expected, 1e-5);
      }),
      { seed: 1 },
    );
  });

  test('the identity changes nothing', () => {
    expect(applyAffine([1, 0, 0, 0, 1, 0], { x: 3, y: -4 })).toEqual({ x: 3, y: -4 });
    expect(composeAffine([1, 0, 0, 0, 1, 0], [1, 2, 3, 4, 5, 6])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each<[Affine, string]>([
    [[1, 2, 0, 2, 4, 0], '0'],
    [[Number.NaN, 0, 0, 0, 1, 0], 'NaN'],
  ])('%o has no inverse', (map, determinant) => {
    expect(() => invertAffine(map)).toThrow(
      `an affine map without inverse: expected a determinant other than 0, got ${determinant}.`,
    );
  });
});
