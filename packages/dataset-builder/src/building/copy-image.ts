import { chmod, constants, copyFile, rm, writeFile } from 'node:fs/promises';
import type { SourceItem } from '../sources/source.ts';
import type { SeenImage } from './look-at-image.ts';
import { lookAtImage, looksLike } from './look-at-image.ts';

/** Readable by all, as a file that is written anew. */
const mode = 0o644;

/**
 * Copies an image that was checked: a clone where the file system can, so that large sets cost no space, else the bytes
 * that were read. A file that changes meanwhile is read again, so that what is written is what was checked.
 *
 * @param path - the new file; its folder is there.
 * @returns what is known of the image that was written.
 */
export async function copyImage(
  item: SourceItem,
  seen: SeenImage,
  path: string,
): Promise<SeenImage> {
  const { bytes, stat } = seen;
  if (stat !== undefined) {
    // without the bytes at hand, a copy by the system is as good as a clone
    const flags =
      bytes === undefined ? constants.COPYFILE_FICLONE : constants.COPYFILE_FICLONE_FORCE;
    const isCopied = await copyFile(item.path, path, flags).then(
      () => true,
      () => false,
    );
    if (isCopied && (await looksLike(item.path, stat))) {
      await chmod(path, mode);
      return seen;
    }
  }
  await rm(path, { force: true });
  const read = bytes === undefined ? await lookAtImage(item) : seen;
  await writeFile(path, read.bytes!);
  return read;
}
