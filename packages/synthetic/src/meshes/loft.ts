import type { Vec3 } from '../geometry/vector.ts';
import { cross, normalize, scale } from '../geometry/vector.ts';
import type { Binding } from './bones.ts';
import type { Mesh, Surface } from './mesh.ts';
import type { Part } from './part.ts';

/** A closed curve around the axis of a loft: `center + across * cos(angle) + forward * sin(angle)`. */
export interface Ring {
  readonly center: Vec3;
  /** Half axis at angle 0, metres. */
  readonly across: Vec3;
  /** Half axis at a quarter turn, metres. */
  readonly forward: Vec3;
  /** Second texture coordinate: metres along the loft. */
  readonly along: number;
  /** What the ring follows. */
  readonly binding: Binding;
  /** What the surface up to this ring belongs to, if not to what the whole loft does. */
  readonly part?: Part;
}

export interface LoftOptions extends Surface {
  readonly segments: number;
  /** Moves a point of the surface, such as for a nose or a hairline. Angle in turns. */
  readonly shape?: (point: Vec3, angle: number, along: number) => Vec3;
  /** First texture coordinate, instead of the angle in turns, and the second, instead of the metres along. */
  readonly texture?: (angle: number, along: number, ring: Ring) => readonly [number, number];
}

/**
 * Spans a surface over rings, from first to last. Across, forward and the direction of the rings must make a
 * left-handed triple (as left, front, up of a body do), else the surface is inside out.
 */
export function addLoft(mesh: Mesh, rings: readonly Ring[], options: LoftOptions): void {
  const { segments, texture } = options;
  const points = pointsOf(rings, options);
  const columns = segments + 1;
  const first = mesh.vertexCount;
  const point: [number, number, number] = [0, 0, 0];
  for (let row = 0; row < rings.length; row++) {
    const ring = rings[row]!;
    const { binding } = ring;
    const before = Math.max(0, row - 1) * segments;
    const after = Math.min(rings.length - 1, row + 1) * segments;
    for (let column = 0; column < columns; column++) {
      const angle = column / segments;
      const at = column === segments ? 0 : column;
      const here = (row * segments + at) * 3;
      const next = (row * segments + (at + 1 === segments ? 0 : at + 1)) * 3;
      const previous = (row * segments + (at === 0 ? segments - 1 : at - 1)) * 3;
      const isKnown = writeNormal(points, [next, previous, (after + at) * 3, (before + at) * 3]);
      point[0] = points[here]!;
      point[1] = points[here + 1]!;
      point[2] = points[here + 2]!;
      const [u, v] = texture === undefined ? [angle, ring.along] : texture(angle, ring.along, ring);
      mesh.addVertex(point, isKnown ? normal : poleNormal(ring, row === 0 ? -1 : 1), {
        u,
        v,
        binding,
      });
    }
  }
  for (let row = 0; row + 1 < rings.length; row++) {
    const { part = options.part } = rings[row + 1]!;
    const surface = { part, material: options.material };
    for (let column = 0; column < segments; column++) {
      const a = first + row * columns + column;
      const above = a + columns;
      mesh.addTriangle([a, above, a + 1], surface);
      mesh.addTriangle([above, above + 1, a + 1], surface);
    }
  }
}

/** The points of the surface, ring after ring: x, y, z. */
function pointsOf(rings: readonly Ring[], { segments, shape }: LoftOptions): Float64Array {
  const points = new Float64Array(rings.length * segments * 3);
  let out = 0;
  for (const { center, across, forward, along } of rings) {
    for (let column = 0; column < segments; column++) {
      const angle = column / segments;
      const cos = Math.cos(angle * 2 * Math.PI);
      const sin = Math.sin(angle * 2 * Math.PI);
      for (let axis = 0; axis < 3; axis++) {
        points[out + axis] = center[axis]! + across[axis]! * cos + forward[axis]! * sin;
      }
      if (shape !== undefined) {
        points.set(shape([points[out]!, points[out + 1]!, points[out + 2]!], angle, along), out);
      }
      out += 3;
    }
  }
  return points;
}

/** The unit normal that was found last. */
const normal: [number, number, number] = [0, 0, 0];

/** Finds the normal of a surface that goes on in two directions. @returns false at a pole, where a ring is a point. */
function writeNormal(
  points: Float64Array,
  [next, previous, after, before]: readonly [number, number, number, number],
): boolean {
  const ax = points[next]! - points[previous]!;
  const ay = points[next + 1]! - points[previous + 1]!;
  const az = points[next + 2]! - points[previous + 2]!;
  const bx = points[after]! - points[before]!;
  const by = points[after + 1]! - points[before + 1]!;
  const bz = points[after + 2]! - points[before + 2]!;
  const x = by * az - bz * ay;
  const y = bz * ax - bx * az;
  const z = bx * ay - by * ax;
  const size = Math.sqrt(x * x + y * y + z * z);
  if (size < flat) return false;
  normal[0] = x / size;
  normal[1] = y / size;
  normal[2] = z / size;
  return true;
}

/** Square metres: below it a patch of surface has no direction. */
const flat = 1e-9;

function poleNormal({ across, forward }: Ring, sign: number): Vec3 {
  return scale(normalize(cross(forward, across)), sign);
}
