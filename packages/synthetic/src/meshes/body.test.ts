import { expect, test } from 'vitest';
import type { Vec3 } from '../geometry/vector.ts';
import { cross, dot, lengthOf, subtract } from '../geometry/vector.ts';
import { createClip } from '../clips/clip.ts';
import { solvePose } from '../motions/solve-pose.ts';
import { addBody } from './body.ts';
import { addBox } from './box.ts';
import { addCylinder } from './cylinder.ts';
import { Mesh } from './mesh.ts';
import { part } from './part.ts';
import { worldFrame } from '../geometry/frame.ts';

test('normals are of length 1 and look the way the triangles face', () => {
  const mesh = new Mesh();
  for (let clip = 0; clip < 8; clip++) {
    const created = createClip({ seed: 2, clip, standingShare: 0.2 });
    mesh.clear();
    const pose = solvePose(created.person, created.motion.postureAt(0.4, 3));
    addBody(mesh, { pose, ...created });
    expect(shareFacingOut(mesh)).toBeGreaterThan(0.97);
  }
});

test('the surface of a box and of a cylinder looks away from its middle', () => {
  const mesh = new Mesh();
  const surface = { part: part.object, material: 0 };
  addBox(mesh, { frame: worldFrame, half: [0.2, 0.3, 0.4], ...surface });
  addCylinder(mesh, { from: [0, -1, 0], to: [0, 1, 0], radius: 0.3, ...surface });
  expect(shareFacingOut(mesh)).toBe(1);
  for (let triangle = 0; triangle < mesh.triangleCount; triangle++) {
    const [a, b, c] = cornersOf(mesh, triangle);
    expect(dot(cross(subtract(b, a), subtract(c, a)), a)).toBeGreaterThanOrEqual(0);
  }
});

test('every part of the body is there, and nothing is NaN', () => {
  const clip = createClip({ seed: 2, clip: 0, standingShare: 0 });
  const mesh = new Mesh();
  addBody(mesh, { pose: solvePose(clip.person, clip.motion.postureAt(0, 0)), ...clip });
  const parts = new Set(mesh.parts.subarray(0, mesh.triangleCount));
  const bare = [part.nothing, part.object, part.hair] as const;
  for (const [name, id] of Object.entries(part)) {
    if (!bare.some((other) => other === id)) expect(parts.has(id), name).toBe(true);
  }
  expect(mesh.positions.subarray(0, mesh.vertexCount * 3).every(Number.isFinite)).toBe(true);
  expect(mesh.normals.subarray(0, mesh.vertexCount * 3).every(Number.isFinite)).toBe(true);
});

test('a body stands on the floor and is as high as its height says', () => {
  for (let clip = 0; clip < 8; clip++) {
    const { person, appearance, palette, motion } = createClip({ seed: 4, clip, standingShare: 1 });
    const mesh = new Mesh();
    const posture = motion.postureAt(0, 0);
    const arm = { style: 'hanging', spread: 0 } as const;
    const pose = solvePose(person, { ...posture, arms: { left: arm, right: arm } });
    addBody(mesh, { pose, person, appearance: { ...appearance, hair: 'bald' }, palette });
    const heights = Array.from(
      { length: mesh.vertexCount },
      (_, index) => mesh.positions[index * 3 + 1]!,
    );
    expect(Math.abs(Math.min(...heights))).toBeLessThan(0.01);
    // shoes add, slightly bent knees and a bowed head take away
    expect(Math.abs(Math.max(...heights) - person.height)).toBeLessThan(0.12);
  }
});

function cornersOf({ corners, positions }: Mesh, triangle: number): [Vec3, Vec3, Vec3] {
  const cornerAt = (corner: number): Vec3 => {
    const at = corners[triangle * 3 + corner]! * 3;
    return [positions[at]!, positions[at + 1]!, positions[at + 2]!];
  };
  return [cornerAt(0), cornerAt(1), cornerAt(2)];
}

/** The share of triangles whose corners' normals look to the side from which they run counterclockwise. */
function shareFacingOut(mesh: Mesh): number {
  let out = 0;
  let all = 0;
  for (let triangle = 0; triangle < mesh.triangleCount; triangle++) {
    const [a, b, c] = cornersOf(mesh, triangle);
    const face = cross(subtract(b, a), subtract(c, a));
    if (lengthOf(face) < 1e-7) continue;
    const normals = [0, 1, 2].map((corner) => {
      const at = mesh.corners[triangle * 3 + corner]! * 3;
      return [mesh.normals[at]!, mesh.normals[at + 1]!, mesh.normals[at + 2]!] as const;
    });
    for (const normal of normals) expect(lengthOf(normal)).toBeCloseTo(1, 4);
    all++;
    const mean: Vec3 = [0, 1, 2].map((axis) =>
      normals.reduce((sum, normal) => sum + normal[axis]!, 0),
    ) as never;
    out += dot(face, mean) > 0 ? 1 : 0;
  }
  return out / all;
}
