import type { Vec3 } from '../geometry/vector.ts';
import { cross, normalize, scale } from '../geometry/vector.ts';
import type { Mesh } from './mesh.ts';
import type { Part } from './part.ts';

/** A closed curve around the axis of a loft: `centre + across * cos(angle) + forward * sin(angle)`. */
export interface Ring {
  readonly centre: Vec3;
  /** Half axis at angle 0, metres. */
  readonly across: Vec3;
  /** Half axis at a quarter turn, metres. */
  readonly forward: Vec3;
  /** Second texture coordinate: metres along the loft. */
  readonly along: number;
}

export interface LoftOptions {
  readonly segments: number;
  readonly part: Part;
  readonly material: number;
  /** Moves a point of the surface, such as for a nose or a hairline. Angle in turns. */
  readonly shape?: (point: Vec3, angle: number, along: number) => Vec3;
  /** Texture coordinates, instead of the angle in turns and the metres along. */
  readonly texture?: (angle: number, along: number, ring: Ring) => readonly [number, number];
}

/**
 * Spans a surface over rings, from first to last. Across, forward and the direction of the rings must make a
 * left-handed triple (as left, front, up of a body do), else the surface is inside out.
 */
export function addLoft(mesh: Mesh, rings: readonly Ring[], options: LoftOptions): void {
  const { segments, part, material } = options;
  const points = pointsOf(rings, options);
  const columns = segments + 1;
  const first = mesh.vertexCount;
  for (const [row, ring] of rings.entries()) {
    const here = row * segments;
    const before = Math.max(0, row - 1) * segments;
    const after = Math.min(rings.length - 1, row + 1) * segments;
    for (let column = 0; column < columns; column++) {
      const angle = column / segments;
      const [u, v] = options.texture?.(angle, ring.along, ring) ?? [angle, ring.along];
      const at = column % segments;
      const next = here + ((at + 1) % segments);
      const previous = here + ((at + segments - 1) % segments);
      const normal = normalFrom(points, next, previous, after + at, before + at);
      mesh.addVertex(points[here + at]!, normal ?? poleNormal(ring, row === 0 ? -1 : 1), u, v);
    }
  }
  for (let row = 0; row + 1 < rings.length; row++) {
    for (let column = 0; column < segments; column++) {
      const a = first + row * columns + column;
      const above = a + columns;
      mesh.addTriangle(a, above, a + 1, part, material);
      mesh.addTriangle(above, above + 1, a + 1, part, material);
    }
  }
}

/** The points of the surface, ring after ring. */
function pointsOf(rings: readonly Ring[], { segments, shape }: LoftOptions): Vec3[] {
  const points: Vec3[] = [];
  for (const { centre, across, forward, along } of rings) {
    for (let column = 0; column < segments; column++) {
      const angle = column / segments;
      const cos = Math.cos(angle * 2 * Math.PI);
      const sin = Math.sin(angle * 2 * Math.PI);
      const point: Vec3 = [
        centre[0] + across[0] * cos + forward[0] * sin,
        centre[1] + across[1] * cos + forward[1] * sin,
        centre[2] + across[2] * cos + forward[2] * sin,
      ];
      points.push(shape === undefined ? point : shape(point, angle, along));
    }
  }
  return points;
}

/** Across the differences between neighbours; null at a pole, where a ring is a point. */
function normalFrom(
  points: readonly Vec3[],
  next: number,
  previous: number,
  after: number,
  before: number,
): Vec3 | null {
  const n = points[next]!;
  const p = points[previous]!;
  const a = points[after]!;
  const b = points[before]!;
  const ax = n[0] - p[0];
  const ay = n[1] - p[1];
  const az = n[2] - p[2];
  const bx = a[0] - b[0];
  const by = a[1] - b[1];
  const bz = a[2] - b[2];
  const x = by * az - bz * ay;
  const y = bz * ax - bx * az;
  const z = bx * ay - by * ax;
  const size = Math.sqrt(x * x + y * y + z * z);
  return size < flat ? null : [x / size, y / size, z / size];
}

/** Square metres: below it a patch of surface has no direction. */
const flat = 1e-9;

function poleNormal({ across, forward }: Ring, sign: number): Vec3 {
  return scale(normalize(cross(forward, across)), sign);
}
