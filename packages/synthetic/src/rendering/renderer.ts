import type { Size } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { Mesh, maxTriangles, maxVertices } from '../meshes/mesh.ts';
import { encodeSrgb } from './color.ts';
import { materialFields } from './material.ts';
import type { RenderModule } from './render-module.ts';
import { startModule } from './render-module.ts';

/** The largest image, pixels. */
const maxPixels = 512 * 512;
/** The most bones of a body and materials of a scene. */
const maxBones = 64;
const maxMaterials = 256;
const texels = 224;
const curveSteps = 16_385;
/** Light that the last step of the curve stands for. */
const curveRange = 3;
/** Room for cameras, lights, rooms and what hangs on walls, in numbers. */
const scratchNumbers = 4096;
const samplesPerPixel = 4;

/** The bytes that each array takes, in the order of the table that `assembly/memory.ts` reads. */
const sizes = {
  restPositions: maxVertices * 16,
  restNormals: maxVertices * 16,
  links: maxVertices * 8,
  textures: maxVertices * 8,
  positions: maxVertices * 16,
  normals: maxVertices * 16,
  screens: maxVertices * 16,
  lampScreens: maxVertices * 16,
  triangles: maxTriangles * 8,
  bones: maxBones * 64,
  materials: maxMaterials * materialFields * 4,
  depths: maxPixels * samplesPerPixel * 4,
  nearest: maxPixels * samplesPerPixel * 4,
  stamps: maxPixels * samplesPerPixel * 4,
  nearness: texels * texels * 4,
  colors: maxPixels * 16,
  backdrop: maxPixels * 16,
  places: maxPixels * 16,
  curve: curveSteps * 4,
  scratch: maxPixels * 16,
  pixels: maxPixels * 3,
  numbers: scratchNumbers * 4,
} as const;
type ArrayName = keyof typeof sizes;

/** The module's own numbers lie below; nothing else is put there. */
const firstPlace = 65_536;

/** A render module with its memory, as arrays. What is drawn goes through it, one scene at a time. */
export class Renderer {
  readonly render: RenderModule;
  readonly mesh: Mesh;
  readonly bones: Float32Array;
  readonly materials: Float32Array;
  /** Of each sample: 1 / depth, and the triangle that is seen where that is not 0. */
  readonly depths: Float32Array;
  readonly nearest: Uint32Array;
  /** Of each vertex: x, y, z and one spare, world metres. */
  readonly positions: Float32Array;
  /** Of each vertex: column and row in samples, 1 / depth and one spare. */
  readonly screens: Float32Array;
  /** Of each pixel: linear red, green, blue and one spare. */
  readonly colors: Float32Array;
  readonly backdrop: Float32Array;
  readonly pixels: Uint8Array;
  readonly #buffer: ArrayBuffer;
  readonly #places: Readonly<Record<ArrayName, number>>;
  /** How many numbers are placed. */
  numbersUsed = 0;

  constructor() {
    const places: Record<string, number> = {};
    let end = firstPlace;
    for (const [name, bytes] of Object.entries(sizes)) {
      places[name] = end;
      // vectors of 16 bytes are read a little beyond the end of a row
      end += Math.ceil(bytes / 16) * 16 + 64;
    }
    this.#places = places as Record<ArrayName, number>;
    const { render, buffer } = startModule(end);
    this.render = render;
    this.#buffer = buffer;
    const floats = (name: ArrayName): Float32Array =>
      new Float32Array(buffer, this.#places[name], sizes[name] / 4);
    const bytes = (name: ArrayName): Uint8Array =>
      new Uint8Array(buffer, this.#places[name], sizes[name]);
    this.mesh = new Mesh({
      positions: floats('restPositions'),
      normals: floats('restNormals'),
      textures: floats('textures'),
      linkBytes: bytes('links'),
      linkShares: floats('links'),
      corners: new Uint16Array(buffer, this.#places.triangles, sizes.triangles / 2),
      looks: bytes('triangles'),
    });
    this.bones = floats('bones');
    this.materials = floats('materials');
    this.depths = floats('depths');
    this.nearest = new Uint32Array(buffer, this.#places.nearest, sizes.nearest / 4);
    this.positions = floats('positions');
    this.screens = floats('screens');
    this.colors = floats('colors');
    this.backdrop = floats('backdrop');
    this.pixels = bytes('pixels');
    floats('curve').set(curve);
    render.layMemory(this.place(Object.values(places), Uint32Array));
  }

  /** Puts numbers where the module can read them. They hold until {@link freeNumbers}. */
  place(
    values: readonly number[],
    type: Float32ArrayConstructor | Uint32ArrayConstructor = Float32Array,
  ): number {
    const at = this.#places.numbers + this.numbersUsed * 4;
    this.numbersUsed += values.length;
    if (this.numbersUsed > scratchNumbers) {
      throw new LimberError('limit-exceeded', {
        what: 'A rendered scene has too many things in it',
        expected: `at most ${scratchNumbers} numbers`,
      });
    }
    new type(this.#buffer, at, values.length).set(values);
    return at;
  }

  /** Forgets the numbers placed after the first `kept`. */
  freeNumbers(kept = 0): void {
    this.numbersUsed = kept;
  }
}

/** sRGB levels by linear light, with a soft shoulder. */
const curve: Float32Array = Float32Array.from({ length: curveSteps }, (_, index) => {
  const light = ((index + 0.5) / (curveSteps - 1)) * curveRange;
  return encodeSrgb(light < 0.6 ? light : 0.6 + 0.4 * (1 - Math.exp((0.6 - light) / 0.4)));
});

const idle: Renderer[] = [];

/** Lends a renderer for as long as `use` takes: no two scenes are drawn in the same memory. */
export async function withRenderer<T>(
  size: Size,
  use: (renderer: Renderer) => Promise<T>,
): Promise<T> {
  if (size.width * size.height > maxPixels) {
    throw new LimberError('limit-exceeded', {
      what: 'A rendered image is too large',
      expected: `at most ${maxPixels} pixels`,
      got: `${size.width} x ${size.height}`,
    });
  }
  const renderer = idle.pop() ?? new Renderer();
  try {
    return await use(renderer);
  } finally {
    idle.push(renderer);
  }
}
