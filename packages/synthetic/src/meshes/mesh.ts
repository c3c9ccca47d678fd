import type { Vec3 } from '../geometry/vector.ts';
import { LimberError } from '@limber/files';
import type { Binding } from './bones.ts';
import type { Part } from './part.ts';

/** What a triangle belongs to, and the place of its material in the list that the renderer is given. */
export interface Surface {
  readonly part: Part;
  readonly material: number;
}

/** A vertex is named by 16 bits. */
export const maxVertices = 65_536;
export const maxTriangles = 110_000;

/** The arrays that a mesh is written to, see `assembly/memory.ts`. */
export interface MeshArrays {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly textures: Float32Array;
  readonly linkBytes: Uint8Array;
  readonly linkShares: Float32Array;
  readonly corners: Uint16Array;
  readonly looks: Uint8Array;
}

/**
 * Triangles with a normal, a texture place and one or two bones at every vertex, in memory that is used again for every clip.
 *
 * World metres, at rest; seen from outside, the corners of a triangle run counterclockwise.
 */
export class Mesh {
  vertexCount = 0;
  triangleCount = 0;
  readonly arrays: MeshArrays;

  constructor(arrays: MeshArrays) {
    this.arrays = arrays;
  }

  clear(): void {
    this.vertexCount = 0;
    this.triangleCount = 0;
  }

  /** @returns the index of the new vertex. */
  addVertex(
    position: Vec3,
    normal: Vec3,
    { u, v, binding }: { readonly u: number; readonly v: number; readonly binding: Binding },
  ): number {
    const index = this.vertexCount++;
    if (index >= maxVertices) throw tooLarge('vertices', maxVertices);
    const { positions, normals, textures, linkBytes, linkShares } = this.arrays;
    const at = index * 4;
    positions[at] = position[0];
    positions[at + 1] = position[1];
    positions[at + 2] = position[2];
    normals[at] = normal[0];
    normals[at + 1] = normal[1];
    normals[at + 2] = normal[2];
    textures[index * 2] = u;
    textures[index * 2 + 1] = v;
    linkBytes[index * 8] = binding.first;
    linkBytes[index * 8 + 1] = binding.second;
    linkShares[index * 2 + 1] = binding.share;
    return index;
  }

  /** The corners are vertices. */
  addTriangle(corners: readonly [number, number, number], { part, material }: Surface): void {
    const index = this.triangleCount++;
    if (index >= maxTriangles) throw tooLarge('triangles', maxTriangles);
    const { corners: all, looks } = this.arrays;
    all[index * 4] = corners[0];
    all[index * 4 + 1] = corners[1];
    all[index * 4 + 2] = corners[2];
    looks[index * 8 + 6] = part;
    looks[index * 8 + 7] = material;
  }

  /** The part that a triangle belongs to. */
  partOf(triangle: number): number {
    return this.arrays.looks[triangle * 8 + 6]!;
  }

  /** The vertices of a triangle. */
  cornersOf(triangle: number): readonly [number, number, number] {
    const { corners } = this.arrays;
    const at = triangle * 4;
    return [corners[at]!, corners[at + 1]!, corners[at + 2]!];
  }
}

function tooLarge(what: string, limit: number): LimberError {
  return new LimberError('limit-exceeded', {
    what: `A rendered scene has too many ${what}`,
    expected: `at most ${limit}`,
  });
}
