import { readFile } from 'node:fs/promises';
import { dtypes } from './dtypes.ts';
import { failToRead, parseSafetensorsHeader } from './safetensors-header.ts';
import type { TensorData } from './tensor-data.ts';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Record<string, TensorData>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file. Numbers of any dtype become float32.
 *
 * @param options.check - called with the bytes of the file before they are taken apart; it throws if they are not those
 * that are expected.
 * @throws {LimberError} `missing-file`; `corrupt-data` if the file is cut, contradicts itself or holds a dtype that is not read.
 */
export async function readSafetensors(
  file: string,
  { check }: { readonly check?: (bytes: Buffer) => void } = {},
): Promise<Safetensors> {
  const bytes = await readFile(file).catch((cause: unknown) => failToRead(file, cause));
  check?.(bytes);
  return decodeSafetensors(bytes, file);
}

/**
 * Takes the bytes of a safetensors file apart.
 *
 * @param file - named in messages.
 * @throws {LimberError} `corrupt-data`, as {@link readSafetensors}.
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const { metadata, tensors } = parseSafetensorsHeader(bytes, { file, sizeBytes: bytes.length });
  const decoded = tensors.map(({ name, dtype, shape, start, end }): [string, TensorData] => {
    // a copy, since a part of a file need not start at a multiple of 4
    const { buffer } = new Uint8Array(bytes.subarray(start, end));
    const data = dtypes[dtype].toFloat32(buffer);
    return [name, { dtype: 'F32', shape, data }];
  });
  return { tensors: Object.fromEntries(decoded), metadata };
}
