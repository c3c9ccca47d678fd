import { readSync } from 'node:fs';
import { describeFileError, LimberError } from '@limber/files';

/** A file that is open for reading. */
export interface OpenedFile {
  readonly descriptor: number;
  /** For errors. */
  readonly name: string;
}

/**
 * Reads a range of a file. It does not wait for Node's thread pool, which would take several times as
 * long as the read itself.
 *
 * @throws {LimberError} `corrupt-data` if the file ends before the range does, or cannot be read.
 */
export function readBytes(
  { descriptor, name }: OpenedFile,
  { position, length }: { readonly position: number; readonly length: number },
): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
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
