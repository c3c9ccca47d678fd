import type { Frame } from '../geometry/frame.ts';
import { directionToWorld, toWorld } from '../geometry/frame.ts';
import type { Vec3 } from '../geometry/vector.ts';
import { addScaled, cross, dot } from '../geometry/vector.ts';
import type { Binding } from './bones.ts';
import type { Mesh, Surface } from './mesh.ts';

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
export function addBox(
  mesh: Mesh,
  options: Surface & { readonly frame: Frame; readonly half: Vec3; readonly binding: Binding },
): void {
  const { frame, half, binding } = options;
  for (const [normal, side] of faces) {
    const other = cross(normal, side);
    const world = directionToWorld(frame, normal);
    const corner = (a: number, b: number): number => {
      const [x, y, z] = addScaled(addScaled(normal, side, a), other, b);
      const point: Vec3 = [x * half[0], y * half[1], z * half[2]];
      const u = dot(point, side) + 0.5;
      return mesh.addVertex(toWorld(frame, point), world, { u, v: dot(point, other), binding });
    };
    const [first, second, third, fourth] = [
      corner(-1, -1),
      corner(1, -1),
      corner(1, 1),
      corner(-1, 1),
    ] as const;
    mesh.addTriangle([first, second, third], options);
    mesh.addTriangle([first, third, fourth], options);
  }
}
