import type { Frame } from '../geometry/frame.ts';
import { directionToWorld, toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { cross } from '../geometry/vector.ts';
import type { Mesh } from './mesh.ts';
import type { Part } from './part.ts';

/** The outward directions of a box's six faces and of the first side of each, in the frame of the box. */
const faces: readonly (readonly [normal: Vec3, side: Vec3])[] = [
  [
    [1, 0, 0],
    [0, 0, -1],
  ],
  [
    [-1, 0, 0],
    [0, 0, 1],
  ],
  [
    [0, 1, 0],
    [1, 0, 0],
  ],
  [
    [0, -1, 0],
    [-1, 0, 0],
  ],
  [
    [0, 0, 1],
    [1, 0, 0],
  ],
  [
    [0, 0, -1],
    [-1, 0, 0],
  ],
];

/** Adds a box around the origin of a frame. Half sizes to the left, up and front, metres. */
export function addBox(mesh: Mesh, frame: Frame, half: Vec3, part: Part, material: number): void {
  const stretch = ([x, y, z]: Vec3): Vec3 => [x * half[0], y * half[1], z * half[2]];
  for (const [normal, side] of faces) {
    const other = cross(normal, side);
    const world = directionToWorld(frame, normal);
    const corner = (a: number, b: number): number => {
      const point = stretch([
        normal[0] + side[0] * a + other[0] * b,
        normal[1] + side[1] * a + other[1] * b,
        normal[2] + side[2] * a + other[2] * b,
      ]);
      const u = point[0] * side[0] + point[1] * side[1] + point[2] * side[2];
      const v = point[0] * other[0] + point[1] * other[1] + point[2] * other[2];
      return mesh.addVertex(toWorld(frame, point), world, u + 0.5, v);
    };
    const corners = [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)] as const;
    mesh.addTriangle(corners[0], corners[1], corners[2], part, material);
    mesh.addTriangle(corners[0], corners[2], corners[3], part, material);
  }
}
