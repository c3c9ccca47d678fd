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
 * @param scratch - where the bytes go, until the next read with it: fresh memory takes longer than the read.
 * @throws {LimberError} `corrupt-data` if the file ends before the range does, or cannot be read.
 */
export function readBytes(
  { descriptor, name }: OpenedFile,
  { position, length }: { readonly position: number; readonly length: number },
  scratch?: Scratch,
): Buffer {
  const bytes = scratch === undefined ? Buffer.allocUnsafeSlow(length) : placeOf(length, scratch);
  const problem = { where: name, expected: `${length} bytes from byte ${position}` };
  const fix = 'Pack the dataset again.';
  let bytesRead: number;
  try {
    bytesRead = readSync(descriptor, bytes, 0, length, position);
  } catch (cause) {
    const got = describeFileError(cause);
    throw new LimberError('corrupt-data', { ...problem, what: 'cannot be read', got }, { cause });
  }
  if (bytesRead === length) return bytes;
  const what = `ends early, at byte ${position + bytesRead}`;
  throw new LimberError('corrupt-data', { ...problem, what, got: `${bytesRead}`, fix });
}

function placeOf(length: number, scratch: Scratch): Buffer {
  if (scratch.bytes.length < length) scratch.bytes = Buffer.allocUnsafeSlow(length * 2);
  return scratch.bytes.subarray(0, length);
}
