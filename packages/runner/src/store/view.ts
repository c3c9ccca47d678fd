import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoredOutput } from './artifact.ts';
import { looksIntact, objectPath, readTree, stamp } from './objects.ts';
import type { StateFolder } from './state-folder.ts';
import type { TreeEntry } from './tree.ts';
import { temporaryName } from './write-atomically.ts';

/** Where an output can be opened as an ordinary file or folder, once {@link ensureView} was called. */
export function viewPath(state: StateFolder, output: StoredOutput): string {
  return join(state.views, output.digest.slice(0, 2), output.digest.slice(2), output.fileName);
}

/**
 * Makes an output available as an ordinary file or folder, its files hard links to the objects (or
 * copies, where links are not possible). A view that is there already is checked, and built anew if
 * somebody changed it.
 *
 * @returns {@link viewPath}.
 * @throws {Error} if the store has lost the output.
 */
export function ensureView(state: StateFolder, output: StoredOutput): string {
  const path = viewPath(state, output);
  const entries = output.kind === 'folder' ? readTree(state, output.digest) : undefined;
  if (output.kind === 'folder' && entries === undefined) {
    throw new Error(`The store has lost the listing of ${path}. Run the pipeline again.`);
  }
  if (isViewIntact(path, output, entries)) return path;
  const building = temporaryName(path);
  mkdirSync(dirname(path), { recursive: true });
  if (entries === undefined) linkOrCopy(objectPath(state, output.digest), building);
  else buildFolder(state, entries, building);
  rmSync(path, { recursive: true, force: true });
  try {
    renameSync(building, path);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    if (!isViewIntact(path, output, entries)) throw error;
  }
  return path;
}

function isViewIntact(
  path: string,
  output: StoredOutput,
  entries: readonly TreeEntry[] | undefined,
): boolean {
  if (entries === undefined) return looksIntact(path, output.sizeBytes);
  return existsSync(path) && entries.every((entry) => isEntryIntact(join(path, entry.path), entry));
}

function isEntryIntact(path: string, entry: TreeEntry): boolean {
  return entry.type === 'file' ? looksIntact(path, entry.sizeBytes) : existsSync(path);
}

/** Makes a folder of links to the objects; `root` must not exist. */
export function buildFolder(state: StateFolder, entries: readonly TreeEntry[], root: string): void {
  mkdirSync(root);
  const made = new Set([root]);
  for (const entry of entries) {
    const path = join(root, entry.path);
    const folder = entry.type === 'file' ? dirname(path) : path;
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    if (entry.type === 'file') linkOrCopy(objectPath(state, entry.sha256), path);
  }
}

function linkOrCopy(object: string, path: string): void {
  try {
    linkSync(object, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EMLINK' && code !== 'EPERM' && code !== 'EXDEV' && code !== 'ENOTSUP')
      throw error;
    copyFileSync(object, path, constants.COPYFILE_FICLONE);
    stamp(path);
  }
}
