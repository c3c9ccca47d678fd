import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { link, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryName } from './temporary-name.ts';
import { syncFolder, writeFileAtomic } from './write-file-atomic.ts';

/** What `link` fails with where there are no hard links, or not one more. */
const withoutLinks: ReadonlySet<unknown> = new Set([
  'EMLINK',
  'ENOSYS',
  'ENOTSUP',
  'EPERM',
  'EXDEV',
]);

/**
 * Gives a file a second name, in place of whatever had that name: a hard link, or a copy where the
 * file system has none.
 */
export async function linkAtomic(file: string, name: string): Promise<void> {
  const temporary = temporaryName(name);
  try {
    await link(file, temporary);
  } catch (error) {
    if (!withoutLinks.has((error as NodeJS.ErrnoException).code)) throw error;
    return writeFileAtomic(name, await readFile(file));
  }
  await rename(temporary, name);
  // a link to the same file is not renamed over it, by POSIX: both names stay
  await rm(temporary, { force: true });
  syncFolder(dirname(name));
}

/** Makes the symbolic link `path` point to `target`, instead of where it pointed before. */
export function symlinkAtomicSync(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  symlinkSync(target, temporary);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary);
    throw error;
  }
}
