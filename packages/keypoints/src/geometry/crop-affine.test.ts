import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyAffine } from './affine.ts';
import type { Region } from './box.ts';
import { regionOfBox } from './box.ts';
import { cropAffine, mirrorAffine } from './crop-affine.ts';

const input = { height: 128, width: 96 };
const region: Region = { center: { x: 40.5, y: 77.25 }, size: { width: 150, height: 200 } };

describe('cropAffine', () => {
  // NumPy 2.4.6: the product of 3x3 matrices, translate(47.5, 63.5) rotate scale(96 / 150) translate(-40.5, -77.25),
  // after it the mirror.
  test.each([
    [{}, [0.64, 0, 21.58, 0, 0.64, 14.06]],
    [{ rotationDegrees: 30 }, [0.554256258, -0.32, 49.772621534, 0.32, 0.554256258, 7.723704037]],
    [
      { rotationDegrees: -75, isFlipped: true },
      [-0.165644189, -0.618192529, 101.963962501, -0.618192529, 0.165644189, 75.740783828],
    ],
  ])('with %o equals the matrices that NumPy multiplies', (options, expected) => {
    for (const [at, value] of cropAffine(region, input, options).entries()) {
      expect(value).toBeCloseTo(expected[at]!, 8);
    }
  });

  // NumPy 2.4.6: MMPose's `get_udp_warp_matrix` written out
  test.each([
    [{}, [0.633333333, -0.0, 21.85, 0.0, 0.635, 14.44625]],
    [
      { rotationDegrees: 30 },
      [0.548482756, -0.316666667, 49.748948393, 0.3175, 0.549926131, 8.159456349],
    ],
  ])(
    'as UDP cuts it out, with %o, it goes from the first pixel to the last',
    (options, expected) => {
      const got = cropAffine(region, input, { ...options, convention: 'lattice' });
      for (const [at, value] of got.entries()) expect(value).toBeCloseTo(expected[at]!, 8);
    },
  );

  test('a region of another aspect than the input is not distorted: its width decides', () => {
    const square = { center: { x: 0, y: 0 }, size: { width: 48, height: 48 } };
    expect(cropAffine(square, input)).toEqual([2, -0, 47.5, 0, 2, 63.5]);
  });

  test("the region's centre lands on the middle of the input, however it is turned", () => {
    const options = fc.record({
      rotationDegrees: fc.integer({ min: -180, max: 180 }),
      isFlipped: fc.boolean(),
    });
    fc.assert(
      fc.property(options, (each) => {
        const middle = applyAffine(cropAffine(region, input, each), region.center);
        expect(middle.x).toBeCloseTo(47.5, 9);
        expect(middle.y).toBeCloseTo(63.5, 9);
      }),
      { seed: 1 },
    );
  });

  test('a turn of 90 degrees is clockwise to the eye: what was above goes to the right', () => {
    const affine = cropAffine(region, input, { rotationDegrees: 90 });
    const above = applyAffine(affine, { x: region.center.x, y: region.center.y - 50 });
    expect(above.x).toBeCloseTo(47.5 + 32, 9);
    expect(above.y).toBeCloseTo(63.5, 9);
  });

  test('mirroring twice is no change', () => {
    const coordinate = fc.double({ min: -50, max: 150, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        const mirror = mirrorAffine(input);
        const twice = applyAffine(mirror, applyAffine(mirror, { x, y }));
        expect(twice.x).toBeCloseTo(x, 9);
        expect(twice.y).toBeCloseTo(y, 9);
      }),
      { seed: 1 },
    );
  });
});

describe('regionOfBox', () => {
  test('a tall box grows in width to the shape of the input, and both sides by a quarter', () => {
    expect(regionOfBox([10, 20, 30, 80], input)).toEqual({
      center: { x: 25, y: 60 },
      size: { width: 75, height: 100 },
    });
  });

  test('a wide box grows in height', () => {
    expect(regionOfBox([0, 0, 90, 40], input, 1)).toEqual({
      center: { x: 45, y: 20 },
      size: { width: 90, height: 120 },
    });
  });
});
