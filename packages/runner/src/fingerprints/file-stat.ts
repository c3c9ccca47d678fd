import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { readdirSync, statSync } from 'node:fs';
import { isExecutable } from '../store/stored-names.ts';

/** What is seen of a file without reading it. While that is the same, its content is taken to be. */
export interface FileStat {
  /** Relative to the folder that was looked at, `/`-separated; an empty folder ends in `/`. */
  readonly path: string;
  readonly absolute: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
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

/** One stat as text. */
export function describeStat({ sizeBytes, mtimeMs, ctimeMs, inode }: FileStat): string {
  return `${sizeBytes} ${mtimeMs} ${ctimeMs} ${inode}`;
}

/** A look at a file as a {@link FileStat}. */
export function toStat(path: string, absolute: string, found: Stats): FileStat {
  const { size: sizeBytes, mtimeMs, ctimeMs, ino: inode, mode } = found;
  return { path, absolute, sizeBytes, mtimeMs, ctimeMs, inode, isExecutable: isExecutable(mode) };
}

function emptyFolder(path: string, absolute: string): FileStat {
  const none = { sizeBytes: -1, mtimeMs: 0, ctimeMs: 0, inode: 0, isExecutable: false };
  return { path, absolute, ...none };
}

/**
 * A file changed within this time before it was read may change again without another time stamp,
 * so what was read is not kept beyond this run.
 */
const unsettledMs = 100;

/** The same for file systems that keep times in steps of 1 s or 2 s: FAT, HFS+, some network ones. */
const unsettledCoarseMs = 2_500;

/** Whether a file that looks so at the time `now`, in ms, cannot change any more without looking otherwise. */
export function isSettled(
  { mtimeMs, ctimeMs }: Pick<FileStat, 'mtimeMs' | 'ctimeMs'>,
  now: number,
): boolean {
  const changedMs = Math.max(mtimeMs, ctimeMs);
  const isCoarse = changedMs % 1000 === 0;
  return now - changedMs >= (isCoarse ? unsettledCoarseMs : unsettledMs);
}
