import type { Vec3 } from '../geometry/vector.ts';
import { cross, lengthOf, normalize, scale, subtract } from '../geometry/vector.ts';
import type { Mesh, Surface } from './mesh.ts';

/** A closed curve around the axis of a loft: `center + across * cos(angle) + forward * sin(angle)`. */
export interface Ring {
  readonly center: Vec3;
  /** Half axis at angle 0, metres. */
  readonly across: Vec3;
  /** Half axis at a quarter turn, metres. */
  readonly forward: Vec3;
  /** Second texture coordinate: metres along the loft. */
  readonly along: number;
}

export interface LoftOptions extends Surface {
  readonly segments: number;
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
  const { segments } = options;
  const points = pointsOf(rings, options);
  const columns = segments + 1;
  const first = mesh.vertexCount;
  for (const [row, ring] of rings.entries()) {
    const here = row * segments;
    const before = Math.max(0, row - 1) * segments;
    const after = Math.min(rings.length - 1, row + 1) * segments;
    for (let column = 0; column < columns; column++) {
      const angle = column / segments;
      const texture = options.texture?.(angle, ring.along, ring) ?? ([angle, ring.along] as const);
      const at = column % segments;
      const next = points[here + ((at + 1) % segments)]!;
      const previous = points[here + ((at + segments - 1) % segments)]!;
      const along = subtract(points[after + at]!, points[before + at]!);
      const normal = normalFrom(subtract(next, previous), along);
      mesh.addVertex(points[here + at]!, normal ?? poleNormal(ring, row === 0 ? -1 : 1), texture);
    }
  }
  for (let row = 0; row + 1 < rings.length; row++) {
    for (let column = 0; column < segments; column++) {
      const a = first + row * columns + column;
      const above = a + columns;
      mesh.addTriangle([a, above, a + 1], options);
      mesh.addTriangle([above, above + 1, a + 1], options);
    }
  }
}

/** The points of the surface, ring after ring. */
function pointsOf(rings: readonly Ring[], { segments, shape }: LoftOptions): Vec3[] {
  const points: Vec3[] = [];
  for (const { center, across, forward, along } of rings) {
    for (let column = 0; column < segments; column++) {
      const angle = column / segments;
      const cos = Math.cos(angle * 2 * Math.PI);
      const sin = Math.sin(angle * 2 * Math.PI);
      const point: Vec3 = [
        center[0] + across[0] * cos + forward[0] * sin,
        center[1] + across[1] * cos + forward[1] * sin,
        center[2] + across[2] * cos + forward[2] * sin,
      ];
      points.push(shape === undefined ? point : shape(point, angle, along));
    }
  }
  return points;
}

/** The unit normal of a surface that goes on in two directions; null at a pole, where a ring is a point. */
function normalFrom(around: Vec3, along: Vec3): Vec3 | null {
  const normal = cross(along, around);
  const size = lengthOf(normal);
  return size < flat ? null : [normal[0] / size, normal[1] / size, normal[2] / size];
}

/** Square metres: below it a patch of surface has no direction. */
const flat = 1e-9;

function poleNormal({ across, forward }: Ring, sign: number): Vec3 {
  return scale(normalize(cross(forward, across)), sign);
}
