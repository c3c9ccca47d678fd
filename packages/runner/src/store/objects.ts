import { chmodSync, copyFileSync, existsSync, lstatSync, rmSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renamePatientlySync, temporaryName, writeFileAtomicSync } from '@limber/files';
import type { FileStat } from '../fingerprints/file-stat.ts';
import { toStat } from '../fingerprints/file-stat.ts';
import { makeOwnFolder } from './own-folder.ts';
import { readText } from './read-if-there.ts';
import type { OnProblem } from './read-manifest.ts';
import { hashFile, sha256Of } from './sha256.ts';
import type { StateFolder } from './state-folder.ts';
import { isExecutable, objectNameOf, parseObjectName } from './stored-names.ts';
import type { TreeEntry } from './tree.ts';
import { decodeTree, encodeTree } from './tree.ts';

/** An output in the store. */
export interface StoredOutput {
  readonly kind: 'file' | 'folder';
  /** The object that the file is, or that lists the folder. */
  readonly digest: string;
  readonly sizeBytes: number;
  /** The name under which it is shown: the last part of the output's path. */
  readonly fileName: string;
}

/** What became of an object since it entered the store. */
export type ObjectState = 'intact' | 'missing' | 'damaged';

/** The modification time of every object, so that no stage depends on it. */
const storedTime = new Date(Date.UTC(2000, 0, 1));

/** Where an object lies: the first two digits of its digest are a folder. */
export function objectPath(state: StateFolder, name: string): string {
  return join(state.objects, name.slice(0, 2), name.slice(2));
}

/**
 * Moves a file into the store by rename. An equal object that is already there is kept. A file with
 * other names is copied: those are not the store's.
 *
 * @param name - the object's name, where that is known.
 * @returns the object's name and size.
 */
export async function putFile(
  state: StateFolder,
  file: string,
  name?: string,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const { mode, nlink, size: sizeBytes } = lstatSync(file);
  const sha256 = name ?? objectNameOf(await hashFile(file), isExecutable(mode));
  const target = objectPath(state, sha256);
  makeOwnFolder(state.objects, dirname(target));
  const former = await checkFile(target, sha256, sizeBytes);
  if (former === 'intact') {
    rmSync(file);
    return { sha256, sizeBytes };
  }
  if (former === 'damaged') rmSync(target, { recursive: true });
  let own = file;
  if (nlink > 1) {
    own = temporaryName(file);
    copyFileSync(file, own);
    rmSync(file);
  }
  stamp(own, sha256);
  renamePatientlySync(own, target);
  return { sha256, sizeBytes };
}

/** Stores a folder's listing; returns its digest. The files are objects of their own. */
export function putTree(state: StateFolder, entries: readonly TreeEntry[]): string {
  const text = encodeTree(entries);
  const digest = sha256Of(text);
  const target = objectPath(state, digest);
  makeOwnFolder(state.objects, dirname(target));
  if (readText(target) === text) return digest;
  writeFileAtomicSync(target, text);
  stamp(target, digest);
  return digest;
}

/** Reads a folder's listing; undefined if it is not in the store as it was put there. */
export function readTree(
  state: StateFolder,
  digest: string,
  onProblem?: OnProblem,
): TreeEntry[] | undefined {
  const text = readText(objectPath(state, digest));
  if (text === undefined || sha256Of(text) !== digest) {
    onProblem?.(text === undefined ? 'is missing' : 'is damaged');
    return undefined;
  }
  try {
    return decodeTree(text);
  } catch (error) {
    onProblem?.((error as Error).message);
    return undefined;
  }
}

/** The files that an output is made of; undefined if its listing is lost. */
export function listOutput(state: StateFolder, output: StoredOutput): TreeEntry[] | undefined {
  const { kind, digest: sha256, sizeBytes, fileName: path } = output;
  return kind === 'folder' ? readTree(state, sha256) : [{ type: 'file', path, sha256, sizeBytes }];
}

/**
 * Checks an output's objects. They are read unless they were verified since the machine started, and
 * seem untouched.
 *
 * @param options.isThorough - reads them in any case.
 * @param options.onDamaged - called with the name of each damaged object.
 */
export async function checkOutput(
  state: StateFolder,
  output: StoredOutput,
  options: {
    readonly isThorough?: boolean | undefined;
    readonly onDamaged?: (object: string) => void;
  } = {},
): Promise<ObjectState> {
  const { isThorough = false, onDamaged } = options;
  const entries = listOutput(state, output);
  if (entries === undefined) {
    onDamaged?.(output.digest);
    return existsSync(objectPath(state, output.digest)) ? 'damaged' : 'missing';
  }
  if (!isThorough && state.verified.has(output.digest, statObjects(state, entries)))
    return 'intact';
  let worst: ObjectState = 'intact';
  for (const entry of entries) {
    if (entry.type === 'folder') continue;
    const found = await checkFile(objectPath(state, entry.sha256), entry.sha256, entry.sizeBytes);
    if (found === 'damaged') onDamaged?.(entry.sha256);
    if (worst !== 'damaged' && found !== 'intact') worst = found;
  }
  if (worst === 'intact') rememberObjects(state, output.digest, entries);
  return worst;
}

/** Says that the objects of an output were just found to be intact. */
export function rememberObjects(
  state: StateFolder,
  digest: string,
  entries: readonly TreeEntry[],
): void {
  state.verified.add(digest, statObjects(state, entries));
}

/** Looks at the objects of an output; one that is missing, or has another size, is left out. */
function statObjects(state: StateFolder, entries: readonly TreeEntry[]): FileStat[] {
  return entries.flatMap((entry) => {
    if (entry.type === 'folder') return [];
    const path = objectPath(state, entry.sha256);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true || found.size !== entry.sizeBytes) return [];
    return toStat(entry.sha256, path, found);
  });
}

/**
 * Reads a file, and compares it with the object whose content it should have.
 *
 * @param sizeBytes - undefined where the size is not known.
 */
export async function checkFile(
  path: string,
  object: string,
  sizeBytes?: number,
): Promise<ObjectState> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'missing';
  if (!found.isFile() || (sizeBytes ?? found.size) !== found.size) return 'damaged';
  if ((await hashFile(path)) !== parseObjectName(object).sha256) return 'damaged';
  const isStamped =
    found.mtimeMs === storedTime.getTime() && (found.mode & 0o777) === modeOf(object);
  if (!isStamped) stamp(path, object);
  return 'intact';
}

/** Gives a file the mode and time of an object. */
export function stamp(path: string, object: string): void {
  chmodSync(path, modeOf(object));
  utimesSync(path, storedTime, storedTime);
}

function modeOf(object: string): number {
  return parseObjectName(object).canExecute ? 0o555 : 0o444;
}
