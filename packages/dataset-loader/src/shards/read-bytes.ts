import type { FileHandle } from 'node:fs/promises';
import { LimberError } from '@limber/files';

/**
 * Reads a range of a file.
 *
 * @param file - named in errors.
 * @throws {LimberError} `corrupt-data` if the file ends before the range does.
 */
export async function readBytes(
  handle: FileHandle,
  { position, length }: { readonly position: number; readonly length: number },
  file: string,
): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await handle.read(bytes, 0, length, position);
  if (bytesRead === length) return bytes;
  throw new LimberError('corrupt-data', {
    where: file,
    what: `ends early, at byte ${position + bytesRead}`,
    expected: `${length} bytes from byte ${position}`,
    got: `${bytesRead}`,
    fix: 'Pack the dataset again.',
  });
}
