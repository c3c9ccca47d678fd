import { readSync } from 'node:fs';
import { describeFileError, LimberError } from '@limber/files';

/** A file that is open for reading. */
export interface OpenedFile {
  readonly descriptor: number;
  /** For errors. */
  readonly name: string;
}

/** Memory that is used again from read to read; it grows to what the longest one needs. */
export interface Scratch {
  bytes: Buffer;
}

/**
 * Reads a range of a file. It does not wait for Node's thread pool, which would take several times as
 * long as the read itself.
 *
 * @param options.scratch - where the bytes go, until the next read with it: fresh memory takes longer than the read.
 * @param options.where - what is read, for errors; without, the file.
 * @throws {LimberError} `corrupt-data` if the file ends before the range does, or cannot be read.
 */
export function readBytes(
  file: OpenedFile,
  range: { readonly position: number; readonly length: number },
  { scratch, where = () => file.name }: ReadOptions = {},
): Buffer {
  const { position, length } = range;
  const bytes = scratch === undefined ? Buffer.allocUnsafeSlow(length) : placeOf(length, scratch);
  let bytesRead: number;
  try {
    bytesRead = readSync(file.descriptor, bytes, 0, length, position);
  } catch (cause) {
    const got = describeFileError(cause);
    const problem = { where: where(), what: 'cannot be read', expected: describe(range), got };
    throw new LimberError('corrupt-data', problem, { cause });
  }
  if (bytesRead === length) return bytes;
  throw new LimberError('corrupt-data', {
    where: where(),
    what: `ends early, at byte ${position + bytesRead}`,
    expected: describe(range),
    got: `${bytesRead}`,
    fix: 'Pack the dataset again.',
  });
}

interface ReadOptions {
  readonly scratch?: Scratch | undefined;
  readonly where?: () => string;
}

function describe({
  position,
  length,
}: {
  readonly position: number;
  readonly length: number;
}): string {
  return `${length} bytes from byte ${position}`;
}

function placeOf(length: number, scratch: Scratch): Buffer {
  if (scratch.bytes.length < length) scratch.bytes = Buffer.allocUnsafeSlow(length * 2);
  return scratch.bytes.subarray(0, length);
}
