import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdirSync, statSync } from 'node:fs';
import type { SeenStat } from '@limber/files';
import { toSeenStat } from '@limber/files';
import { isExecutable } from '../store/stored-names.ts';

/** What is seen of a file of a folder. */
export interface FileStat extends SeenStat {
  /** Relative to the folder that was looked at, `/`-separated; an empty folder ends in `/`. */
  readonly path: string;
  readonly absolute: string;
  readonly isExecutable: boolean;
}

/**
 * Looks at all files of a folder, and its empty folders, sorted by path in the order of UTF-16 code
 * units.
 *
 * @param look - `statSync` follows symbolic links, `lstatSync` refuses them.
 *
 * @throws {Error} naming the entry, if it is neither a file nor a folder, leads nowhere, or leads to a
 *   folder around itself.
 */
export function statFolder(root: string, look: typeof statSync = statSync): FileStat[] {
  const stats: FileStat[] = [];
  const visit = (folder: string, prefix: string, around: readonly string[]): void => {
    const names = readdirSync(folder);
    for (const name of names) {
      const absolute = `${folder}/${name}`;
      const found = look(absolute, { throwIfNoEntry: false });
      if (found === undefined) throw new Error(`${absolute} is a symbolic link to nothing.`);
      if (found.isFile()) stats.push(toStat(`${prefix}${name}`, absolute, found));
      else if (found.isDirectory()) {
        const identity = `${found.dev}:${found.ino}`;
        if (around.includes(identity)) {
          throw new Error(`${absolute} is a symbolic link to a folder around it.`);
        }
        visit(absolute, `${prefix}${name}/`, [...around, identity]);
      } else throw new Error(`${absolute} is neither a file nor a folder.`);
    }
    if (names.length === 0 && prefix !== '') stats.push(emptyFolder(prefix, folder));
  };
  const { dev, ino } = look(root);
  visit(root, '', [`${dev}:${ino}`]);
  return stats.sort(byPath);
}

/** Looks at one file. */
export function statFile(path: string, absolute: string): FileStat {
  return toStat(path, absolute, statSync(absolute));
}

/** The order of stats by path. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** A digest of many stats: equal while every one of them is. */
export function digestStats(stats: readonly FileStat[]): string {
  const numbers = new Float64Array(stats.length * 4);
  let at = 0;
  for (const { sizeBytes, mtimeMs, ctimeMs, inode } of stats) {
    numbers[at++] = sizeBytes;
    numbers[at++] = mtimeMs;
    numbers[at++] = ctimeMs;
    numbers[at++] = inode;
  }
  const names = stats.map(({ path }) => path).join('\0');
  return createHash('sha256').update(numbers).update(names).digest('hex');
}

/** A look at a file as a {@link FileStat}. */
export function toStat(path: string, absolute: string, found: Stats): FileStat {
  return { path, absolute, ...toSeenStat(found), isExecutable: isExecutable(found.mode) };
}

function emptyFolder(path: string, absolute: string): FileStat {
  const none = { sizeBytes: -1, mtimeMs: 0, ctimeMs: 0, inode: 0, isExecutable: false };
  return { path, absolute, ...none };
}
