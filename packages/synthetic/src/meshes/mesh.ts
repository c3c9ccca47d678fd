import type { Vec3 } from '../geometry/vector.ts';
import { LimberError } from '@limber/files';
import type { Part } from './part.ts';

/** What a triangle belongs to, and the place of its material in the list that the renderer is given. */
export interface Surface {
  readonly part: Part;
  readonly material: number;
}

const maxVertices = 24_000;
const maxTriangles = 40_000;

/**
 * Triangles with a normal and a texture place at every vertex, in memory that is used again for every frame.
 *
 * World metres; seen from outside, the corners of a triangle run counterclockwise.
 */
export class Mesh {
  vertexCount = 0;
  triangleCount = 0;
  readonly positions: Float32Array = new Float32Array(maxVertices * 3);
  readonly normals: Float32Array = new Float32Array(maxVertices * 3);
  readonly textures: Float32Array = new Float32Array(maxVertices * 2);
  readonly corners: Uint16Array = new Uint16Array(maxTriangles * 3);
  readonly parts: Uint8Array = new Uint8Array(maxTriangles);
  readonly materials: Uint8Array = new Uint8Array(maxTriangles);

  clear(): void {
    this.vertexCount = 0;
    this.triangleCount = 0;
  }

  /** @returns the index of the new vertex. */
  addVertex(position: Vec3, normal: Vec3, texture: readonly [u: number, v: number]): number {
    const index = this.vertexCount++;
    if (index >= maxVertices) throw tooLarge('vertices', maxVertices);
    for (let axis = 0; axis < 3; axis++) {
      this.positions[index * 3 + axis] = position[axis]!;
      this.normals[index * 3 + axis] = normal[axis]!;
    }
    this.textures[index * 2] = texture[0];
    this.textures[index * 2 + 1] = texture[1];
    return index;
  }

  addTriangle(corners: readonly [number, number, number], { part, material }: Surface): void {
    const index = this.triangleCount++;
    if (index >= maxTriangles) throw tooLarge('triangles', maxTriangles);
    for (let corner = 0; corner < 3; corner++) this.corners[index * 3 + corner] = corners[corner]!;
    this.parts[index] = part;
    this.materials[index] = material;
  }
}

function tooLarge(what: string, limit: number): LimberError {
  return new LimberError('limit-exceeded', {
    what: `A rendered scene has too many ${what}`,
    expected: `at most ${limit}`,
  });
}
