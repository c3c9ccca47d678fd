import { open } from 'node:fs/promises';
import { cannotBeRead, LimberError } from '@limber/files';
import { z } from 'zod';
import type { DtypeName } from './dtypes.ts';
import { dtypes } from './dtypes.ts';
import { sizeOfShape } from './tensor-data.ts';

/** What a safetensors file says about its tensors, without their numbers. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes, which follow each other without gaps up to the end of the file. */
  readonly tensors: readonly SafetensorsEntry[];
}

/** One tensor of a safetensors file. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: DtypeName;
  readonly shape: readonly number[];
  /** Where its bytes begin and end in the file. */
  readonly start: number;
  readonly end: number;
}

/** Bytes before the header: its length as an unsigned little-endian 64-bit integer. */
export const lengthBytes = 8;

/** A header longer than this is refused, as by the format's own library. */
const largestHeaderBytes = 100_000_000;

/**
 * Reads the header of a safetensors file, and nothing else of the file.
 *
 * @throws {LimberError} `missing-file`; `corrupt-data` as {@link parseSafetensorsHeader}.
 */
export async function readSafetensorsHeader(file: string): Promise<SafetensorsHeader> {
  const handle = await open(file, 'r').catch((cause: unknown) => failToRead(file, cause));
  try {
    const { size: sizeBytes } = await handle.stat();
    const length = Buffer.alloc(Math.min(sizeBytes, lengthBytes));
    await handle.read(length, 0, length.length, 0);
    const bytes = Buffer.alloc(headerEnd(length, { file, sizeBytes }));
    await handle.read(bytes, 0, bytes.length, 0);
    return parseSafetensorsHeader(bytes, { file, sizeBytes });
  } finally {
    await handle.close();
  }
}

/** The file that a header is parsed of. */
export interface HeaderSource {
  /** Named in messages. */
  readonly file: string;
  /** Of the whole file. */
  readonly sizeBytes: number;
}

const whole = z.number().int().nonnegative();
const entriesSchema = z.record(
  z.string(),
  z.strictObject({
    dtype: z.string(),
    shape: z.array(whole),
    data_offsets: z.tuple([whole, whole]),
  }),
);
const metadataSchema = z.record(z.string(), z.string());

/**
 * Parses the header of a safetensors file, and checks it against the size of the file.
 *
 * @param bytes - the beginning of the file, with the whole header.
 * @throws {LimberError} `corrupt-data` if the file is cut or has bytes to spare, if tensors overlap, leave gaps or do
 * not fill their shapes, or if one has a dtype that is not read.
 */
export function parseSafetensorsHeader(
  bytes: Uint8Array,
  { file, sizeBytes }: HeaderSource,
): SafetensorsHeader {
  const fail = (what: string, expected: string, got: string): never => {
    throw new LimberError('corrupt-data', { where: file, what, expected, got });
  };
  const dataStart = headerEnd(bytes, { file, sizeBytes });
  const { metadata, entries } = parseJson(bytes.subarray(lengthBytes, dataStart), file);
  const tensors: SafetensorsEntry[] = [];
  let position = 0;
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    const [from, to] = data_offsets;
    const where = `tensor "${name}"`;
    if (!isReadDtype(dtype)) {
      const known = Object.keys(dtypes).join(', ');
      return fail(`${where}: a dtype that is not read`, known, dtype);
    }
    if (from !== position) fail(`${where}: a gap or overlap`, `data at ${position}`, `${from}`);
    const size = sizeOfShape(shape) * dtypes[dtype].bytesPerNumber;
    if (to - from !== size) {
      fail(`${where}: wrong length`, `${size} bytes for [${shape.join(', ')}]`, `${to - from}`);
    }
    const end = dataStart + to;
    if (end > sizeBytes) fail(`${where}: the file is cut`, `${end} bytes`, `${sizeBytes}`);
    tensors.push({ name, dtype, shape, start: dataStart + from, end });
    position = to;
  }
  const end = dataStart + position;
  if (end !== sizeBytes) fail('bytes after the last tensor', `${end} bytes`, `${sizeBytes}`);
  return { metadata, tensors };
}

/** Where the header ends and the data begins. */
function headerEnd(bytes: Uint8Array, { file, sizeBytes }: HeaderSource): number {
  const fail = (what: string, expected: string, got: string): never => {
    throw new LimberError('corrupt-data', { where: file, what, expected, got });
  };
  if (bytes.length < lengthBytes) {
    fail('no safetensors header', `${lengthBytes} bytes or more`, `${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > largestHeaderBytes) {
    fail('the header is too long', `${largestHeaderBytes} bytes or fewer`, `${length}`);
  }
  const end = lengthBytes + length;
  if (end > sizeBytes) fail('the header is cut', `${end} bytes or more`, `${sizeBytes}`);
  return end;
}

type Entries = [name: string, z.infer<typeof entriesSchema>[string]][];

function parseJson(
  bytes: Uint8Array,
  file: string,
): { metadata: Record<string, string>; entries: Entries } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const { __metadata__: metadata = {}, ...rest } = JSON.parse(text) as Record<string, unknown>;
    const entries = Object.entries(entriesSchema.parse(rest)).sort(
      ([, first], [, second]) => first.data_offsets[0] - second.data_offsets[0],
    );
    return { metadata: metadataSchema.parse(metadata), entries };
  } catch (cause) {
    const what = 'the header is not that of a safetensors file';
    throw new LimberError('corrupt-data', { where: file, what }, { cause });
  }
}

function isReadDtype(dtype: string): dtype is SafetensorsEntry['dtype'] {
  return Object.hasOwn(dtypes, dtype);
}

/** @throws {LimberError} `missing-file`. */
export function failToRead(file: string, cause: unknown): never {
  throw cannotBeRead(file, cause);
}
