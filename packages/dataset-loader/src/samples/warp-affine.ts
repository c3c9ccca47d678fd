import { readFileSync } from 'node:fs';
import type { Affine, Size } from '@limber/keypoints';

/** An image of 8-bit RGB pixels, row by row: [height, width, 3]. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly size: Size;
}

/** The exports of `assembly/warp-affine.ts`. */
interface WarpModule {
  warpAffine(...values: number[]): void;
}

interface WarpMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The part of the global that is used here; TypeScript declares it for browsers only. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (size: { readonly initial: number }) => WarpMemory;
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (
      module: object,
      imports: { readonly env: { readonly memory: WarpMemory } },
    ) => { readonly exports: unknown };
  };
};

const memory = new WebAssembly.Memory({ initial: 16 });
const warp = instantiate();

/** Where images are put in the module's memory. Before it lies nothing that is used. */
const sourceAt = 1024;

/** The module reads and writes so many bytes beyond an image's end. */
const spareBytes = 16;

/**
 * A place for an image that {@link warpAffine} then reads without copying it. It holds until the next
 * image is warped.
 */
export function sourcePlace({ height, width }: Size): Buffer {
  const length = height * width * 3;
  reserve(sourceAt + length + spareBytes);
  return Buffer.from(memory.buffer, sourceAt, length);
}

/**
 * Draws an image through an affine map with bilinear interpolation; outside of the image is black.
 *
 * Level for level what OpenCV's `warpAffine(INTER_LINEAR, BORDER_CONSTANT 0)` gives in its fixed-point form.
 *
 * @param toSource - target pixels → source pixels. A map that shrinks by more than 2 skips source pixels.
 * @param pixels - filled completely.
 */
export function warpAffine(source: Pixels, toSource: Affine, pixels: Pixels): void {
  const { height, width } = pixels.size;
  const sourceBytes = source.size.height * source.size.width * 3;
  const targetBytes = height * width * 3;
  const targetAt = aligned(sourceAt + sourceBytes + spareBytes);
  const columnsAt = aligned(targetAt + targetBytes + spareBytes);
  const isThere = source.data.buffer === memory.buffer;
  reserve(columnsAt + width * 8);
  if (!isThere) new Uint8Array(memory.buffer).set(source.data, sourceAt);
  const from = [sourceAt, source.size.width, source.size.height];
  warp.warpAffine(...from, targetAt, width, height, columnsAt, ...toSource);
  pixels.data.set(new Uint8Array(memory.buffer, targetAt, targetBytes));
}

function instantiate(): WarpModule {
  // It is the built file, whether this one is built or not.
  const file = new URL('../../dist/samples/warp-affine.wasm', import.meta.url);
  const module = new WebAssembly.Module(readFileSync(file));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as WarpModule;
}

const pageBytes = 65_536;

/** Growing keeps what the memory holds, but for the views of it. */
function reserve(bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
}

function aligned(place: number): number {
  return Math.ceil(place / spareBytes) * spareBytes;
}
