import { linkSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { link, readFile, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { renamePatiently, renamePatientlySync } from './rename-patiently.ts';
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
  await renamePatiently(temporary, name);
  // a link to the same file is not renamed over it, by POSIX: both names stay
  await rm(temporary, { force: true });
  syncFolder(dirname(name));
}

/**
 * Makes the symbolic link `path` point to `target`, instead of where it pointed before.
 *
 * On Windows, where a symbolic link is a privilege, it is a junction to the whole path of a folder or a hard link of a
 * file; and the former one is removed first, since nothing is renamed over a folder there.
 *
 * @param target - relative to the folder that the link is in, or a whole path.
 */
export function symlinkAtomicSync(
  target: string,
  path: string,
  platform: NodeJS.Platform = process.platform,
): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  const isWindows = platform === 'win32';
  if (isWindows) linkWithoutPrivilege(resolve(dirname(path), target), temporary);
  else symlinkSync(target, temporary);
  try {
    if (isWindows) rmSync(path, { force: true });
    renamePatientlySync(temporary, path);
  } catch (error) {
    rmSync(temporary);
    throw error;
  }
}

function linkWithoutPrivilege(target: string, path: string): void {
  if (statSync(target).isDirectory()) symlinkSync(target, path, 'junction');
  else linkSync(target, path);
}
