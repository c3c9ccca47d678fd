import {
  chmodSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryName } from '@limber/files';
import { readText } from './read-if-there.ts';
import { hashFile, sha256Of } from './sha256.ts';
import type { StateFolder } from './state-folder.ts';
import type { TreeEntry } from './tree.ts';
import { decodeTree, encodeTree } from './tree.ts';

/** An output in the store. */
export interface StoredOutput {
  readonly kind: 'file' | 'folder';
  /** sha256 of the file, or of the folder's listing. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** The name under which it is shown: the last part of the output's path. */
  readonly fileName: string;
}

/** What became of an object since it entered the store. */
export type ObjectState = 'intact' | 'missing' | 'damaged';

/**
 * Every object has this modification time. Whoever writes into one changes it, so that a look at
 * size and time is enough to trust an object, and any other time means: hash it again.
 */
const storedTime = new Date(Date.UTC(2000, 0, 1));

/** Where an object lies: the first two digits of its digest are a folder. */
export function objectPath(state: StateFolder, sha256: string): string {
  return join(state.objects, sha256.slice(0, 2), sha256.slice(2));
}

/** Moves a file into the store by rename. An equal object that is already there is kept. */
export function putFile(state: StateFolder, file: string, sha256: string): void {
  const target = objectPath(state, sha256);
  const size = lstatSync(file).size;
  if (looksIntact(target, size)) {
    rmSync(file);
    return;
  }
  mkdirSync(dirname(target), { recursive: true });
  stamp(file);
  renameSync(file, target);
}

/** Stores a folder's listing; returns its digest. The files are objects of their own. */
export function putTree(state: StateFolder, entries: readonly TreeEntry[]): string {
  const text = encodeTree(entries);
  const digest = sha256Of(text);
  const target = objectPath(state, digest);
  if (looksIntact(target, Buffer.byteLength(text))) return digest;
  mkdirSync(dirname(target), { recursive: true });
  const temporary = temporaryName(target);
  writeFileSync(temporary, text);
  putFile(state, temporary, digest);
  return digest;
}

/** Reads a folder's listing; undefined if it is not in the store as it was put there. */
export function readTree(state: StateFolder, digest: string): TreeEntry[] | undefined {
  const text = readText(objectPath(state, digest));
  return text !== undefined && sha256Of(text) === digest ? decodeTree(text) : undefined;
}

/**
 * Looks at an object, and hashes it where its size or time leave a doubt.
 *
 * @param sizeBytes - undefined where the size is not known.
 */
export async function checkObject(
  state: StateFolder,
  sha256: string,
  sizeBytes: number | undefined,
): Promise<ObjectState> {
  const path = objectPath(state, sha256);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'missing';
  if (!found.isFile() || (sizeBytes ?? found.size) !== found.size) return 'damaged';
  if (found.mtimeMs === storedTime.getTime()) return 'intact';
  if ((await hashFile(path)) !== sha256) return 'damaged';
  stamp(path);
  return 'intact';
}

/** Whether the file at `path` has the size and time of an object of the store. */
export function looksIntact(path: string, sizeBytes: number): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return (
    found?.isFile() === true && found.size === sizeBytes && found.mtimeMs === storedTime.getTime()
  );
}

/** Marks a file as read only and as unchanged since it entered the store. */
export function stamp(path: string): void {
  chmodSync(path, 0o444);
  utimesSync(path, storedTime, storedTime);
}
