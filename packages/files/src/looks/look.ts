import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstatSync, realpathSync, statSync } from 'node:fs';

/** As they are when this is loaded: a recording watches those that everybody else calls. */
const unwatched = { lstat: lstatSync, realpath: realpathSync.native, stat: statSync };

/** All ways to look, in the order of their digits in a file. */
export const lookKinds = ['entry', 'link', 'listing', 'place', 'kind'] as const;

/**
 * How a program looked at a path, which decides what it may have seen.
 *
 * - `entry`: what is there, and what a file holds; links are followed
 * - `link`: the same of a link itself
 * - `listing`: the names in a folder
 * - `place`: the real path
 * - `kind`: only whether a file, a folder or nothing is there
 */
export type LookKind = (typeof lookKinds)[number];

/** One look of a program at the file system. */
export interface Look {
  readonly kind: LookKind;
  readonly path: string;
}

/** What a look takes in the numbers of {@link see}. */
export const numbersPerLook = 4;

/** Stand for the size of what is no file. */
const nothing = -1;
export const folder = -2;
const other = -3;
const unreadable = -4;

/**
 * Looks, and writes what is seen into `numbers` from `at` on: size, the times of the last change in ms
 * and the inode of a file; of a folder, whose times change with everything in it, the inode, and the times
 * for a `listing` alone. Equal numbers mean that the same would be seen.
 */
export function see({ kind, path }: Look, numbers: Float64Array, at: number): void {
  try {
    if (kind === 'place') seePlace(path, numbers, at);
    else {
      const look = kind === 'link' ? unwatched.lstat : unwatched.stat;
      noteStat(kind, look(path, { throwIfNoEntry: false }), { numbers, at });
    }
  } catch {
    // Links that lead around, folders that may not be searched: looking again gives the same.
    numbers.fill(0, at, at + numbersPerLook);
    numbers[at] = unreadable;
  }
}

/** Writes what {@link see} would, of a look that has just been had. */
export function noteStat(
  kind: Exclude<LookKind, 'place'>,
  found: Stats | undefined,
  { numbers, at }: { readonly numbers: Float64Array; readonly at: number },
): void {
  numbers.fill(0, at, at + numbersPerLook);
  if (found === undefined) {
    numbers[at] = nothing;
    return;
  }
  numbers[at] = sizeOf(found);
  if (kind === 'kind') {
    numbers[at] = Math.min(numbers[at], 0);
    return;
  }
  numbers[at + 1] = found.ino;
  if (found.isDirectory() && kind !== 'listing') return;
  numbers[at + 2] = found.mtimeMs;
  numbers[at + 3] = found.ctimeMs;
}

function sizeOf(found: Stats): number {
  if (found.isDirectory()) return folder;
  return found.isFile() ? found.size : other;
}

function seePlace(path: string, numbers: Float64Array, at: number): void {
  const digest = createHash('sha256').update(unwatched.realpath(path)).digest();
  const bytesPerNumber = 6;
  for (let index = 0; index < numbersPerLook; index++) {
    numbers[at + index] = digest.readUIntBE(index * bytesPerNumber, bytesPerNumber);
  }
}

/** The later of the times that a look took in, in ms; 0 if it took in none. */
export function changedMsOf({ kind }: Look, numbers: Float64Array, at: number): number {
  return kind === 'place' ? 0 : Math.max(numbers[at + 2]!, numbers[at + 3]!);
}
