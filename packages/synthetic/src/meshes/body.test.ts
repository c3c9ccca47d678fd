import { expect, test } from 'vitest';
import type { Vec3 } from '../geometry/vector.ts';
import { cross, dot, lengthOf, subtract } from '../geometry/vector.ts';
import { clipOf, poseAt, renderer } from '../clips/scene.suite.ts';
import { poseFigure, setUpStudio } from '../clips/studio.ts';
import { restPose } from '../motions/pose-of-angles.ts';
import { addBody } from './body.ts';
import { bone, rigid } from './bones.ts';
import { addBox } from './box.ts';
import { addCylinder } from './cylinder.ts';
import type { Mesh } from './mesh.ts';
import { part } from './part.ts';
import { worldFrame } from '../geometry/frame.ts';

const { mesh } = renderer;
const nowhere = { part: part.object, material: 0, binding: rigid(bone.world) };

test('normals at rest are of length 1 and look the way the triangles face', () => {
  for (let clip = 0; clip < 8; clip++) {
    const [actor] = clipOf(2, clip).actors;
    mesh.clear();
    addBody(mesh, { ...actor!, pose: restPose(actor!.person) });
    expect(shareFacingOut(mesh)).toBeGreaterThan(0.97);
  }
});

test('the surface of a box and of a cylinder looks away from its middle', () => {
  mesh.clear();
  const surface = nowhere;
  addBox(mesh, { frame: worldFrame, half: [0.2, 0.3, 0.4], ...surface });
  addCylinder(mesh, { from: [0, -1, 0], to: [0, 1, 0], radius: 0.3, ...surface });
  expect(shareFacingOut(mesh)).toBe(1);
  for (let triangle = 0; triangle < mesh.triangleCount; triangle++) {
    const [a, b, c] = cornersOf(mesh, triangle);
    expect(dot(cross(subtract(b, a), subtract(c, a)), a)).toBeGreaterThanOrEqual(0);
  }
});

test('every part of the body is there, and nothing is NaN', () => {
  const [actor] = clipOf(2, 0).actors;
  mesh.clear();
  addBody(mesh, { ...actor!, pose: restPose(actor!.person) });
  const parts = new Set(
    Array.from({ length: mesh.triangleCount }, (_, triangle) => mesh.partOf(triangle)),
  );
  const bare = [part.nothing, part.object, part.hair] as const;
  for (const [name, id] of Object.entries(part)) {
    if (!bare.some((other) => other === id)) expect(parts.has(id), name).toBe(true);
  }
  const { positions, normals } = mesh.arrays;
  expect(positions.subarray(0, mesh.vertexCount * 4).every(Number.isFinite)).toBe(true);
  expect(normals.subarray(0, mesh.vertexCount * 4).every(Number.isFinite)).toBe(true);
});

test('a body stands on the floor and is as high as its height says', () => {
  for (let clip = 0; clip < 8; clip++) {
    const [actor] = clipOf(4, clip).actors;
    const { person, appearance } = actor!;
    mesh.clear();
    addBody(mesh, {
      ...actor!,
      pose: restPose(person),
      appearance: { ...appearance, hair: 'bald' },
    });
    const heights = Array.from(
      { length: mesh.vertexCount },
      (_, index) => mesh.arrays.positions[index * 4 + 1]!,
    );
    expect(Math.abs(Math.min(...heights))).toBeLessThan(0.01);
    expect(Math.abs(Math.max(...heights) - person.height)).toBeLessThan(0.12);
  }
});

test('skin follows the bones: no edge of a posed body is torn', () => {
  for (let clip = 0; clip < 12; clip++) {
    const drawn = clipOf(6, clip, { motions: { squat: 1, athletic: 2, inverted: 1, hanging: 1 } });
    const [figure] = setUpStudio(renderer, drawn).figures;
    poseFigure(renderer, figure!, poseAt(drawn, 0.5));
    const [first, end] = figure!.body.triangles;
    let worst = -Infinity;
    for (let triangle = first; triangle < end; triangle++) {
      const corners = mesh.cornersOf(triangle);
      const [rest, posed] = [mesh.arrays.positions, renderer.positions].map((places) =>
        lengthOf(subtract(placeIn(places, corners[0]), placeIn(places, corners[1]))),
      ) as [number, number];
      worst = Math.max(worst, posed - rest * 3);
    }
    // bent over a joint, skin stretches on the outside
    expect(worst).toBeLessThan(0.05);
    expect(renderer.positions.subarray(0, mesh.vertexCount * 4).every(Number.isFinite)).toBe(true);
  }
});

function placeIn(places: Float32Array, vertex: number): Vec3 {
  return [places[vertex * 4]!, places[vertex * 4 + 1]!, places[vertex * 4 + 2]!];
}

function cornersOf(mesh: Mesh, triangle: number): [Vec3, Vec3, Vec3] {
  const [a, b, c] = mesh.cornersOf(triangle);
  const { positions } = mesh.arrays;
  return [placeIn(positions, a), placeIn(positions, b), placeIn(positions, c)];
}

/** The share of triangles whose corners' normals look to the side from which they run counterclockwise. */
function shareFacingOut(mesh: Mesh): number {
  let out = 0;
  let worst = 0;
  let all = 0;
  for (let triangle = 0; triangle < mesh.triangleCount; triangle++) {
    const [a, b, c] = cornersOf(mesh, triangle);
    const face = cross(subtract(b, a), subtract(c, a));
    if (lengthOf(face) < 1e-7) continue;
    const normals = mesh.cornersOf(triangle).map((corner) => placeIn(mesh.arrays.normals, corner));
    for (const normal of normals) worst = Math.max(worst, Math.abs(lengthOf(normal) - 1));
    all++;
    const mean: Vec3 = [0, 1, 2].map((axis) =>
      normals.reduce((sum, normal) => sum + normal[axis]!, 0),
    ) as never;
    out += dot(face, mean) > 0 ? 1 : 0;
  }
  expect(worst).toBeLessThan(1e-4);
  return out / all;
}
