import { link, readFile, rename, rm } from 'node:fs/promises';
import { writeFileAtomic } from '@limber/files';
import { unfinishedExtension } from '../checkpoints/checkpoint-file.ts';

/** What `link` fails with where there are no hard links, or not one more. */
const withoutLinks: ReadonlySet<unknown> = new Set([
  'EMLINK',
  'ENOSYS',
  'ENOTSUP',
  'EPERM',
  'EXDEV',
]);

/** A second name for a file, in place of whatever had that name; a copy where the file system has no hard links. */
export async function linkAtomic(file: string, name: string): Promise<void> {
  const temporary = `${name}${unfinishedExtension}`;
  await rm(temporary, { force: true });
  try {
    await link(file, temporary);
  } catch (error) {
    if (!withoutLinks.has((error as NodeJS.ErrnoException).code)) throw error;
    await writeFileAtomic(name, [await readFile(file)]);
    return;
  }
  await rename(temporary, name);
}
