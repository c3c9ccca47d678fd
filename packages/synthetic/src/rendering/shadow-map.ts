import type { Vec3 } from '../geometry/vector.ts';
import { cross, dot, normalize, subtract } from '../geometry/vector.ts';
import type { Mesh } from '../meshes/mesh.ts';

/** Texels along each side, and how many metres they span around the person. */
const texels = 224;
const extent = 3.4;
const texelsPerMetre = texels / extent;

/** How near to a lamp far away the surfaces around a person are, seen on a square across its light. */
export class ShadowMap {
  readonly towards: Vec3;
  readonly #across: Vec3;
  readonly #upwards: Vec3;
  readonly #nearness: Float32Array = new Float32Array(texels * texels);
  readonly #middle: Vec3;
  readonly #place = { column: 0, row: 0, depth: 0 };
  /** Texels that hold anything, so that most places are known to be lit. */
  #left = texels;
  #right = -1;
  #top = texels;
  #bottom = -1;

  /**
   * @param towards - unit direction to the lamp.
   * @param middle - world point in the middle of the square.
   */
  constructor(towards: Vec3, middle: Vec3) {
    this.towards = towards;
    this.#across = normalize(cross([0.01, 1, 0.02], towards));
    this.#upwards = cross(towards, this.#across);
    this.#middle = middle;
  }

  /** Takes in the triangles of a mesh, both sides of them. */
  cast(mesh: Mesh): void {
    this.#nearness.fill(-Infinity);
    this.#left = texels;
    this.#right = -1;
    this.#top = texels;
    this.#bottom = -1;
    const { corners, positions } = mesh;
    const places = new Float32Array(mesh.vertexCount * 3);
    for (let index = 0; index < places.length; index += 3) {
      const point = [positions[index]!, positions[index + 1]!, positions[index + 2]!] as const;
      const fromMiddle = subtract(point, this.#middle);
      places[index] = dot(fromMiddle, this.#across) * texelsPerMetre + texels / 2;
      places[index + 1] = dot(fromMiddle, this.#upwards) * texelsPerMetre + texels / 2;
      places[index + 2] = dot(fromMiddle, this.towards);
    }
    for (let index = 0; index < mesh.triangleCount * 3; index += 3) {
      this.#fill(places, corners, index);
    }
  }

  #fill(places: Float32Array, corners: Uint16Array, first: number): void {
    const a = corners[first]! * 3;
    const b = corners[first + 1]! * 3;
    const c = corners[first + 2]! * 3;
    const ax = places[a]!;
    const ay = places[a + 1]!;
    const bx = places[b]!;
    const by = places[b + 1]!;
    const cx = places[c]!;
    const cy = places[c + 1]!;
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (Math.abs(area) < 1e-9) return;
    const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx)));
    const right = Math.min(texels - 1, Math.floor(Math.max(ax, bx, cx)));
    const top = Math.max(0, Math.ceil(Math.min(ay, by, cy)));
    const bottom = Math.min(texels - 1, Math.floor(Math.max(ay, by, cy)));
    if (left > right || top > bottom) return;
    this.#left = Math.min(this.#left, left);
    this.#right = Math.max(this.#right, right);
    this.#top = Math.min(this.#top, top);
    this.#bottom = Math.max(this.#bottom, bottom);
    const nearness = this.#nearness;
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const shareB = ((x - ax) * (cy - ay) - (cx - ax) * (y - ay)) / area;
        const shareC = ((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / area;
        const shareA = 1 - shareB - shareC;
        if (shareA < 0 || shareB < 0 || shareC < 0) continue;
        const near = shareA * places[a + 2]! + shareB * places[b + 2]! + shareC * places[c + 2]!;
        if (near > nearness[y * texels + x]!) nearness[y * texels + x] = near;
      }
    }
  }

  /** Where a world point lies on the square, in texels, and how near it is to the lamp. Valid until the next call. */
  #locate(point: Vec3): { readonly column: number; readonly row: number; readonly depth: number } {
    const middle = this.#middle;
    const x = point[0] - middle[0];
    const y = point[1] - middle[1];
    const z = point[2] - middle[2];
    const a = this.#across;
    const u = this.#upwards;
    const t = this.towards;
    const place = this.#place;
    place.column = (x * a[0] + y * a[1] + z * a[2]) * texelsPerMetre + texels / 2;
    place.row = (x * u[0] + y * u[1] + z * u[2]) * texelsPerMetre + texels / 2;
    place.depth = x * t[0] + y * t[1] + z * t[2];
    return place;
  }

  /** Whether a world point may be in shadow: whether anything lies near its line to the lamp. */
  isNearShadow(point: Vec3, radius: number): boolean {
    const { column, row } = this.#locate(point);
    const margin = 1 + radius * texelsPerMetre;
    return (
      column > this.#left - margin &&
      column < this.#right + margin &&
      row > this.#top - margin &&
      row < this.#bottom + margin
    );
  }

  /**
   * How much of the lamp reaches a world point, 0 to 1.
   *
   * @param radius - of the blur, metres.
   * @param bias - metres towards the lamp within which nothing casts a shadow on the point.
   */
  litShare(point: Vec3, radius: number, bias: number): number {
    const { column, row, depth } = this.#locate(point);
    const limit = depth + bias;
    const spread = Math.max(0.7, radius * texelsPerMetre);
    let lit = 0;
    for (let tap = 0; tap < tapCount; tap++) {
      const tx = Math.floor(column + taps[tap * 2]! * spread + 0.5);
      const ty = Math.floor(row + taps[tap * 2 + 1]! * spread + 0.5);
      const isOutside = tx < 0 || ty < 0 || tx >= texels || ty >= texels;
      if (isOutside || this.#nearness[ty * texels + tx]! <= limit) lit++;
    }
    return lit / tapCount;
  }
}

/** Places of a sunflower's seeds in the unit circle: even, and without rows. */
const tapCount = 12;
const taps: Float32Array = Float32Array.from({ length: tapCount * 2 }, (_, index) => {
  const seed = index >> 1;
  const radius = Math.sqrt((seed + 0.5) / tapCount);
  const angle = seed * 2.399963;
  return radius * (index % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
});
