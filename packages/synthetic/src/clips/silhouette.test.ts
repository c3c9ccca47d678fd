import { expect, test } from 'vitest';
import { worldFrame } from '../geometry/frame.ts';
import { addBox } from '../meshes/box.ts';
import { Mesh } from '../meshes/mesh.ts';
import { part } from '../meshes/part.ts';
import { DepthPicture } from '../rendering/depth-picture.ts';
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
  centre: [29.5, 19.5],
};

test('box and area of a rectangle are those that projection gives', () => {
  const mesh = new Mesh();
  // its front is 10 m away, so 1 m is 10 px: 12 px wide and 8 px high about the middle
  addBox(mesh, worldFrame, [0.6, 0.4, 0.5], part.torso, 0);
  const picture = new DepthPicture(camera.size);
  rasterize(mesh, camera, picture);
  expect(measureSilhouette(picture)).toEqual({ bbox: [24, 16, 12, 8], area: 96 });
  expect(picture.depth[40 * picture.width + 60]).toBeCloseTo(10, 5);
});

test('objects are not the person, and an empty picture has no silhouette', () => {
  const mesh = new Mesh();
  addBox(mesh, worldFrame, [0.6, 0.4, 0.5], part.object, 0);
  const picture = new DepthPicture(camera.size);
  rasterize(mesh, camera, picture);
  expect(measureSilhouette(picture)).toBeNull();
});

test('a person cut by the edge has a box inside the picture', () => {
  const mesh = new Mesh();
  const aside = { ...worldFrame, origin: [3, 0, 0] as const };
  addBox(mesh, aside, [0.6, 0.4, 0.5], part.torso, 0);
  const picture = new DepthPicture(camera.size);
  rasterize(mesh, camera, picture);
  const { bbox } = measureSilhouette(picture)!;
  expect(bbox[0] + bbox[2]).toBe(60);
});
