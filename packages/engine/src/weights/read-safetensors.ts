import { readFile } from 'node:fs/promises';
import { LimberError } from '@limber/files';
import { z } from 'zod';
import type { TensorData } from './tensor-data.ts';
import { sizeOfShape } from './tensor-data.ts';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Record<string, TensorData>;
  readonly metadata: Record<string, string>;
}

/**
 * Reads a safetensors file of float32 tensors.
 *
 * @throws {LimberError} `missing-file`; `corrupt-data` if the file is cut, contradicts itself or holds another dtype.
 */
export async function readSafetensors(file: string): Promise<Safetensors> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const problem = { where: file, what: 'cannot be read', got: String(cause) };
    throw new LimberError('missing-file', problem, { cause });
  }
  return decodeSafetensors(bytes, file);
}

const whole = z.number().int().nonnegative();
const headerSchema = z.record(
  z.string(),
  z.strictObject({
    dtype: z.string(),
    shape: z.array(whole),
    data_offsets: z.tuple([whole, whole]),
  }),
);
const metadataSchema = z.record(z.string(), z.string());

const bytesPerNumber = Float32Array.BYTES_PER_ELEMENT;

/**
 * Takes the bytes of a safetensors file apart.
 *
 * @param file - named in messages.
 * @throws {LimberError} `corrupt-data`, as {@link readSafetensors}.
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const { header, metadata, start } = decodeHeader(bytes, file);
  const tensors: Record<string, TensorData> = {};
  const entries = Object.entries(header).sort(
    ([, first], [, second]) => first.data_offsets[0] - second.data_offsets[0],
  );
  let position = 0;
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    const [from, to] = data_offsets;
    const where = `tensor "${name}"`;
    if (dtype !== 'F32') fail(file, `${where}: a dtype that is not read`, 'F32', dtype);
    if (from !== position)
      fail(file, `${where}: a gap or overlap`, `data at ${position}`, `${from}`);
    const size = sizeOfShape(shape) * bytesPerNumber;
    if (to - from !== size) {
      fail(
        file,
        `${where}: wrong length`,
        `${size} bytes for [${shape.join(', ')}]`,
        `${to - from}`,
      );
    }
    if (start + to > bytes.length) {
      fail(file, `${where}: the file is cut`, `${start + to} bytes`, `${bytes.length}`);
    }
    tensors[name] = { dtype: 'F32', shape, data: floats(bytes, start + from, size) };
    position = to;
  }
  if (start + position !== bytes.length) {
    fail(file, 'bytes after the last tensor', `${start + position} bytes`, `${bytes.length}`);
  }
  return { tensors, metadata };
}

function decodeHeader(
  bytes: Uint8Array,
  file: string,
): { header: z.infer<typeof headerSchema>; metadata: Record<string, string>; start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) fail(file, 'no safetensors header', '8 bytes or more', `${bytes.length}`);
  const length = Number(view.getBigUint64(0, true));
  const start = 8 + length;
  if (start > bytes.length) {
    fail(file, 'the header is cut', `${start} bytes or more`, `${bytes.length}`);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start));
    const { __metadata__: metadata = {}, ...header } = JSON.parse(text) as Record<string, unknown>;
    return { header: headerSchema.parse(header), metadata: metadataSchema.parse(metadata), start };
  } catch (cause) {
    const what = 'the header is not that of a safetensors file';
    throw new LimberError('corrupt-data', { where: file, what }, { cause });
  }
}

/** A copy, since a part of a file need not start at a multiple of 4. */
function floats(bytes: Uint8Array, offset: number, size: number): Float32Array {
  const from = bytes.byteOffset + offset;
  return new Float32Array(bytes.buffer.slice(from, from + size) as ArrayBuffer);
}

function fail(file: string, what: string, expected: string, got: string): never {
  throw new LimberError('corrupt-data', { where: file, what, expected, got });
}
