import type { Vec3 } from '../geometry/vector.ts';
import {
  addScaled,
  cross,
  lengthOf,
  normalize,
  perpendicular,
  scale,
  subtract,
} from '../geometry/vector.ts';
import type { Binding } from './bones.ts';
import type { Ring } from './loft.ts';
import { addLoft } from './loft.ts';
import type { Mesh, Surface } from './mesh.ts';

/** Adds a cylinder with flat ends: bars, weight plates, posts. World metres. */
export function addCylinder(
  mesh: Mesh,
  options: Surface & {
    readonly from: Vec3;
    readonly to: Vec3;
    readonly radius: number;
    readonly segments?: number;
    readonly binding: Binding;
  },
): void {
  const { from, to, radius, part, material, segments = 16, binding } = options;
  const towards = subtract(to, from);
  const length = lengthOf(towards);
  const axis = normalize(towards);
  const forward = perpendicular([0.1, 1, 0.2], axis);
  const across = cross(axis, forward);
  const ring = (along: number, size: number, v: number): Ring => ({
    center: addScaled(from, axis, along),
    across: scale(across, size),
    forward: scale(forward, size),
    along: v,
    binding,
  });
  const edge = Math.min(0.004, length / 4);
  // the surfaces of ends and side are apart, so that their edge is sharp
  const end = (along: number, order: readonly number[]): Ring[] =>
    order.map((share) => ring(along, Math.max(1e-6, radius * share), radius * (1 - share)));
  const surface = { segments, part, material };
  addLoft(mesh, end(0, [0, 0.5, 0.98]), surface);
  addLoft(
    mesh,
    [
      ring(0, radius * 0.98, 0),
      ring(edge, radius, edge),
      ring(length - edge, radius, length),
      ring(length, radius * 0.98, length),
    ],
    surface,
  );
  addLoft(mesh, end(length, [0.98, 0.5, 0]), surface);
}
