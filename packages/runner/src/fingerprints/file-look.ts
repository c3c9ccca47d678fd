import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdirSync, statSync } from 'node:fs';

/** What is seen of a file without reading it. While that is the same, its content is taken to be. */
export interface FileLook {
  /** Relative to the folder that was looked at, `/`-separated; an empty folder ends in `/`. */
  readonly path: string;
  readonly absolute: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
}

/**
 * Looks at all files of a folder, and its empty folders, sorted by path in the order of UTF-16 code
 * units. Symbolic links are followed.
 *
 * @throws {Error} naming the entry, if it is neither a file nor a folder, leads nowhere, or leads to a
 *   folder around itself.
 */
export function lookAtFolder(root: string): FileLook[] {
  const looks: FileLook[] = [];
  const visit = (folder: string, prefix: string, around: readonly string[]): void => {
    const names = readdirSync(folder);
    for (const name of names) {
      const absolute = `${folder}/${name}`;
      const found = statSync(absolute, { throwIfNoEntry: false });
      if (found === undefined) throw new Error(`${absolute} is a symbolic link to nothing.`);
      if (found.isFile()) looks.push(toLook(`${prefix}${name}`, absolute, found));
      else if (found.isDirectory()) {
        const identity = `${found.dev}:${found.ino}`;
        if (around.includes(identity)) {
          throw new Error(`${absolute} is a symbolic link to a folder around it.`);
        }
        visit(absolute, `${prefix}${name}/`, [...around, identity]);
      } else throw new Error(`${absolute} is neither a file nor a folder.`);
    }
    if (names.length === 0 && prefix !== '') looks.push(emptyFolder(prefix, folder));
  };
  const { dev, ino } = statSync(root);
  visit(root, '', [`${dev}:${ino}`]);
  return looks.sort(byPath);
}

/** Looks at one file. */
export function lookAtFile(path: string, absolute: string): FileLook {
  return toLook(path, absolute, statSync(absolute));
}

/** The order of looks by path. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** A digest of many looks: equal while every one of them is. */
export function digestLooks(looks: readonly FileLook[]): string {
  const numbers = new Float64Array(looks.length * 4);
  let at = 0;
  for (const { sizeBytes, mtimeMs, ctimeMs, inode } of looks) {
    numbers[at++] = sizeBytes;
    numbers[at++] = mtimeMs;
    numbers[at++] = ctimeMs;
    numbers[at++] = inode;
  }
  const names = looks.map(({ path }) => path).join('\0');
  return createHash('sha256').update(numbers).update(names).digest('hex');
}

/** One look as text. */
export function describeLook({ sizeBytes, mtimeMs, ctimeMs, inode }: FileLook): string {
  return `${sizeBytes} ${mtimeMs} ${ctimeMs} ${inode}`;
}

function toLook(path: string, absolute: string, found: Stats): FileLook {
  const { size: sizeBytes, mtimeMs, ctimeMs, ino: inode } = found;
  return { path, absolute, sizeBytes, mtimeMs, ctimeMs, inode };
}

function emptyFolder(path: string, absolute: string): FileLook {
  return { path, absolute, sizeBytes: -1, mtimeMs: 0, ctimeMs: 0, inode: 0 };
}
