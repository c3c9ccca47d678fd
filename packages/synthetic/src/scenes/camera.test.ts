import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addScaled } from '../geometry/vector.ts';
import { createCamera, project, rayOf } from './camera.ts';

const camera = createCamera({
  size: { width: 256, height: 320 },
  position: [1, 1.5, 4],
  target: [0, 0.9, 0],
  roll: 0.04,
  focal: 400,
});

test('a point on the ray of a pixel is seen at that pixel', () => {
  const number = (min: number, max: number): fc.Arbitrary<number> =>
    fc.double({ min, max, noNaN: true });
  fc.assert(
    fc.property(number(-20, 280), number(-20, 340), number(0.5, 9), (x, y, depth) => {
      const seen = project(camera, addScaled(camera.position, rayOf(camera, x, y), depth));
      expect(seen.x).toBeCloseTo(x, 8);
      expect(seen.y).toBeCloseTo(y, 8);
      expect(seen.depth).toBeCloseTo(depth, 9);
    }),
  );
});

test('the target is in the middle of the image', () => {
  const { x, y } = project(camera, [0, 0.9, 0]);
  expect([x, y]).toEqual([expect.closeTo(127.5, 9), expect.closeTo(159.5, 9)]);
});

test("from the front, the person's left is on the right of the image, and up is up", () => {
  const front = createCamera({
    size: { width: 100, height: 100 },
    position: [0, 1, 3],
    target: [0, 1, 0],
    roll: 0,
    focal: 100,
  });
  expect(project(front, [0.2, 1, 0]).x).toBeGreaterThan(50);
  expect(project(front, [0, 1.2, 0]).y).toBeLessThan(50);
});
