import { expect, test } from 'vitest';
import { worldFrame } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { bone, rigid, writeBones } from '../meshes/bones.ts';
import { addBox } from '../meshes/box.ts';
import { part } from '../meshes/part.ts';
import { Renderer } from '../rendering/renderer.ts';
import { surfaceAt } from './look-up.ts';
import type { Outline } from './silhouette.ts';
import { countVisible, drawOutline } from './silhouette.ts';
import { partsPerOwner } from './studio.ts';

const size = { width: 60, height: 40 };
const renderer = new Renderer();
const { mesh, render } = renderer;
const half = [0.6, 0.4, 0.5] as const;

/** Draws boxes at places, each of them another person, before a camera 10.5 m away with a focal length of 100 px. */
function drawBoxes(...places: readonly Vec3[]): (Outline | null)[] {
  mesh.clear();
  renderer.freeNumbers();
  const ranges = places.map((origin, index) => {
    const triangle = mesh.triangleCount;
    const frame = { ...worldFrame, origin };
    addBox(mesh, { frame, half, part: part.torso, material: 0, binding: rigid(bone.world) });
    for (let at = triangle; at < mesh.triangleCount; at++) {
      mesh.arrays.looks[at * 8 + 6] = part.torso + (index + 1) * partsPerOwner;
    }
    return [triangle, mesh.triangleCount] as const;
  });
  const camera = [0, 0, 10.5, 1, 0, 0, 0, -1, 0, 0, 0, -1, 100, 29.5, 19.5, 0];
  render.setCamera(renderer.place(camera), size.width, size.height);
  writeBones([worldFrame], [worldFrame], renderer.bones);
  render.skinVertices(0, mesh.vertexCount);
  render.projectVertices(0, mesh.vertexCount);
  render.clearSamples();
  return ranges.map((triangles, index) =>
    drawOutline(render, { vertices: [0, 0], triangles }, index + 1),
  );
}

test('box and area of a rectangle are those that projection gives', () => {
  // its front is 10 m away, so 1 m is 10 px: 12 px wide and 8 px high about the middle
  const [outline] = drawBoxes([0, 0, 0]);
  expect(outline).toMatchObject({ bbox: [24, 16, 12, 8], area: 96 });
  expect(surfaceAt(renderer, size, { x: 29.5, y: 19.5 })!.depth).toBeCloseTo(10, 4);
  expect(surfaceAt(renderer, size, { x: 5, y: 5 })).toBeNull();
});

test('a person cut by the edge has a box inside the image, one outside has none', () => {
  const [cut, outside] = drawBoxes([3, 0, 0], [9, 0, 0]);
  expect(cut!.bbox[0] + cut!.bbox[2]).toBe(60);
  expect(outside).toBeNull();
});

test('an outline is whole whatever stands before it, and what is seen of it is counted', () => {
  const [front, back] = drawBoxes([0.6, 0, 0], [0, 0, 0]);
  // drawn first or last, nearer to the camera or further away: the outline is the same
  expect(back!.area).toBe(96);
  expect(countVisible(render, front!, 1) + countVisible(render, back!, 2)).toBe(18 * 8 * 4);
  const [far, near] = drawBoxes([0, 0, -2], [0.6, 0, 0]);
  expect(far!.area).toBeLessThan(96);
  expect(countVisible(render, near!, 2)).toBe(96 * 4);
  expect(countVisible(render, far!, 1)).toBeLessThan(far!.samples * 0.6);
});
