import { expect, test } from 'vitest';
import { worldFrame } from '../geometry/frame.ts';
import { addBox } from '../meshes/box.ts';
import { Mesh } from '../meshes/mesh.ts';
import { part } from '../meshes/part.ts';
import { DepthImage } from '../rendering/depth-image.ts';
import { rasterize } from '../rendering/rasterize.ts';
import type { Camera } from '../scenes/camera.ts';
import { measureSilhouette } from './silhouette.ts';

const camera: Camera = {
  size: { width: 60, height: 40 },
  position: [0, 0, 10.5],
  right: [1, 0, 0],
  down: [0, -1, 0],
  forward: [0, 0, -1],
  focal: 100,
  center: [29.5, 19.5],
};
const half = [0.6, 0.4, 0.5] as const;

test('box and area of a rectangle are those that projection gives', () => {
  const mesh = new Mesh();
  // its front is 10 m away, so 1 m is 10 px: 12 px wide and 8 px high about the middle
  addBox(mesh, { frame: worldFrame, half, part: part.torso, material: 0 });
  const image = new DepthImage(camera);
  rasterize(mesh, image);
  expect(measureSilhouette(image)).toEqual({ bbox: [24, 16, 12, 8], area: 96 });
  expect(image.depth[40 * image.width + 60]).toBeCloseTo(10, 5);
});

test('objects are not the person, and an empty image has no silhouette', () => {
  const mesh = new Mesh();
  addBox(mesh, { frame: worldFrame, half, part: part.object, material: 0 });
  const image = new DepthImage(camera);
  rasterize(mesh, image);
  expect(measureSilhouette(image)).toBeNull();
});

test('a person cut by the edge has a box inside the image', () => {
  const mesh = new Mesh();
  const aside = { ...worldFrame, origin: [3, 0, 0] as const };
  addBox(mesh, { frame: aside, half, part: part.torso, material: 0 });
  const image = new DepthImage(camera);
  rasterize(mesh, image);
  const { bbox } = measureSilhouette(image)!;
  expect(bbox[0] + bbox[2]).toBe(60);
});
