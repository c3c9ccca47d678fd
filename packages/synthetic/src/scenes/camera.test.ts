import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toImagePx } from '../clips/look-up.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { addScaled } from '../geometry/vector.ts';
import { Renderer } from '../rendering/renderer.ts';
import type { Camera } from './camera.ts';
import { createCamera, project, rayOf } from './camera.ts';

const camera = createCamera({
  size: { width: 256, height: 320 },
  position: [1, 1.5, 4],
  target: [0, 0.9, 0],
  roll: 0.04,
  focal: 400,
});
const fisheye = { ...camera, distortion: -0.6 };

test('a point on the ray of a pixel is seen at that pixel', () => {
  const number = (min: number, max: number): fc.Arbitrary<number> =>
    fc.double({ min, max, noNaN: true });
  fc.assert(
    fc.property(number(-20, 280), number(-20, 340), number(0.5, 9), (x, y, depth) => {
      for (const lens of [camera, fisheye]) {
        const seen = project(lens, addScaled(lens.position, rayOf(lens, x, y), depth));
        expect(seen.x).toBeCloseTo(x, 8);
        expect(seen.y).toBeCloseTo(y, 8);
        expect(seen.depth).toBeCloseTo(depth, 9);
      }
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

test('a barrel draws in what is far from the middle, and bends lines that do not pass through it', () => {
  const seen = [-1, 0, 1].map((x) => project(fisheye, pointAt(fisheye, x)));
  const straight = [-1, 0, 1].map((x) => project(camera, pointAt(camera, x)));
  const sag = ([a, b, c]: { readonly y: number }[]): number => Math.abs(b!.y - (a!.y + c!.y) / 2);
  expect(seen[2]!.x).toBeLessThan(straight[2]!.x - 1);
  expect(sag(straight)).toBeLessThan(1e-6);
  expect(sag(seen)).toBeGreaterThan(1);
});

/** A point of a level line before the camera, 4 m away and above the middle. */
function pointAt({ position, forward, right, down }: Camera, x: number): Vec3 {
  return addScaled(addScaled(addScaled(position, forward, 4), right, x), down, -1.2);
}

test('the render module projects as the camera does, with a lens that bends lines too', () => {
  const renderer = new Renderer();
  const { render, mesh, positions } = renderer;
  const place: Vec3 = [0.3, 1.4, -0.2];
  for (const lens of [camera, fisheye]) {
    mesh.clear();
    const { right, down, forward, focal, center, distortion } = lens;
    const numbers = [...lens.position, ...right, ...down, ...forward, focal, ...center, distortion];
    render.setCamera(renderer.place(numbers), lens.size.width, lens.size.height);
    positions.set(place);
    render.projectVertices(0, 1);
    const { x, y, depth } = project(lens, place);
    expect(toImagePx(renderer.screens[0]!)).toBeCloseTo(x, 3);
    expect(toImagePx(renderer.screens[1]!)).toBeCloseTo(y, 3);
    expect(1 / renderer.screens[2]!).toBeCloseTo(depth, 4);
  }
});
