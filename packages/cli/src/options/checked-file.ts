import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { cacheFolder } from '@limber/files';

/** Memories of datasets that nobody opened for so long are removed. */
const keptMs = 60 * 24 * 3600 * 1000;

/**
 * The file that remembers which images of some datasets were checked, in the user's cache folder.
 *
 * @param paths - the folders or files of the datasets.
 */
export async function checkedFileOf(paths: readonly string[]): Promise<string> {
  const folder = cacheFolder('checked-images');
  const key = JSON.stringify(paths.map((path) => resolve(path)));
  const name = `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.txt`;
  const others = await readdir(folder).catch(() => []);
  for (const other of others) {
    if (other !== name) await removeUnused(join(folder, other));
  }
  return join(folder, name);
}

async function removeUnused(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found === null || Date.now() - Math.max(found.mtimeMs, found.atimeMs) < keptMs) return;
  await rm(file, { force: true });
}
