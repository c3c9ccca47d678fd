import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { reachOf, solveTwoBones } from './two-bones.ts';
import type { Vec3 } from './vector.ts';
import { lengthOf, subtract } from './vector.ts';

const coordinate = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const point = fc.tuple(coordinate, coordinate, coordinate);
const bone = fc.double({ min: 0.15, max: 0.6, noNaN: true });

const distance = (a: Vec3, b: Vec3): number => lengthOf(subtract(a, b));

test('both bones keep their length, wherever the end is to go', () => {
  fc.assert(
    fc.property(fc.record({ root: point, target: point, pole: point }), bone, bone, (...drawn) => {
      const [{ root, target, pole }, first, second] = drawn;
      fc.pre(distance(root, target) > 0.01);
      const { middle, end } = solveTwoBones({ root, target, lengths: [first, second], pole });
      expect(distance(root, middle)).toBeCloseTo(first, 9);
      expect(distance(middle, end)).toBeCloseTo(second, 9);
    }),
  );
});

test('the end is at a target within reach, and points to one beyond', () => {
  const [root, lengths] = [
    [0, 1, 0],
    [0.4, 0.3],
  ] as const;
  const near = solveTwoBones({ root, target: [0.2, 0.6, 0.1], lengths, pole: [0, 0, 1] });
  expect(distance(near.end, [0.2, 0.6, 0.1])).toBeCloseTo(0, 12);
  const far = solveTwoBones({ root, target: [0, -5, 0], lengths, pole: [0, 0, 1] });
  expect(far.end[1]).toBeCloseTo(1 - reachOf(lengths), 12);
});

test('the middle joint bends to the side of the pole', () => {
  const { middle } = solveTwoBones({
    root: [0, 1, 0],
    target: [0, 0.5, 0],
    lengths: [0.4, 0.3],
    pole: [0.3, 0.2, 1],
  });
  expect(middle[2]).toBeGreaterThan(0.1);
  expect(middle[0] / middle[2]).toBeCloseTo(0.3, 12);
});
