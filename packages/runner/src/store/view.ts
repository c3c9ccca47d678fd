import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryName } from '@limber/files';
import type { StoredOutput } from './objects.ts';
import { looksIntact, objectPath, readTree, stamp } from './objects.ts';
import { unlessMissing } from './read-if-there.ts';
import type { StateFolder } from './state-folder.ts';
import type { TreeEntry } from './tree.ts';

/** Where an output can be opened as an ordinary file or folder, once {@link ensureView} was called. */
export function viewPath(state: StateFolder, output: StoredOutput): string {
  return join(state.views, output.digest.slice(0, 2), output.digest.slice(2), output.fileName);
}

/**
 * Makes an output available as an ordinary file or folder, its files clones of the objects (or hard links,
 * or copies, as the file system allows). A view that is there already is checked, and built anew if
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
  if (entries === undefined) cloneOrLink(state, objectPath(state, output.digest), building);
  else buildFolder(state, entries, building);
  const isIntact = (): boolean => isViewIntact(path, output, entries);
  const replaced = temporaryName(path);
  const found = inodeOf(path);
  try {
    // Another run may have built it meanwhile, and be reading it.
    if (!isIntact()) {
      unlessMissing(() => renameSync(path, replaced));
      const hasMovedAnother = inodeOf(replaced) !== found;
      renameSync(hasMovedAnother ? replaced : building, path);
    }
  } catch (error) {
    if (!isIntact()) throw error;
  } finally {
    for (const needless of [building, replaced]) {
      rmSync(needless, { recursive: true, force: true });
    }
  }
  return path;
}

function inodeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
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
    if (entry.type === 'file') cloneOrLink(state, objectPath(state, entry.sha256), path);
  }
}

/** Stores whose file system cannot clone files, as far as this process has found out. */
const withoutClones = new Set<string>();

/** A clone shares the disk blocks of the object, but changes to one do not reach the other; with a hard link they do. */
function cloneOrLink(state: StateFolder, object: string, path: string): void {
  if (!withoutClones.has(state.objects)) {
    try {
      copyFileSync(object, path, constants.COPYFILE_FICLONE_FORCE);
      return stamp(path);
    } catch (error) {
      if (!isImpossible(error)) throw error;
      withoutClones.add(state.objects);
    }
  }
  try {
    linkSync(object, path);
  } catch (error) {
    if (!isImpossible(error)) throw error;
    copyFileSync(object, path);
    stamp(path);
  }
}

/** Whether a file system says that it cannot do this, here or at all. */
function isImpossible(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return impossible.includes(code);
}

const impossible = [
  'EMLINK',
  'EPERM',
  'EXDEV',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
  'ENOTTY',
];
