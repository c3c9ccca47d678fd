import { constants, copyFileSync, linkSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { isMissing, letOthersRun, renamePatientlySync, temporaryName } from '@limber/files';
import type { FileStat } from '../fingerprints/file-stat.ts';
import { statFolder, toStat } from '../fingerprints/file-stat.ts';
import type { StoredOutput } from './objects.ts';
import {
  checkFile,
  checkOutput,
  listOutput,
  objectPath,
  rememberObjects,
  stamp,
} from './objects.ts';
import { makeOwnFolder } from './own-folder.ts';
import { unlessMissing } from './read-if-there.ts';
import type { StateFolder } from './state-folder.ts';
import type { TreeEntry } from './tree.ts';

/** Files of the store as a stage finds them. */
export interface View {
  /** The file or folder. */
  readonly path: string;
  /** The folder that the entries' paths start from: the folder itself, or that of a single file. */
  readonly root: string;
  readonly entries: readonly TreeEntry[];
}

/** Where an output can be opened as an ordinary file or folder, once {@link ensureView} was called. */
export function viewPath(state: StateFolder, output: StoredOutput): string {
  return join(state.views, output.digest.slice(0, 2), output.digest.slice(2), output.fileName);
}

/** Views that are being checked or built, by path: whoever else needs one waits for it. */
const underway = new Map<string, Promise<View | undefined>>();

/**
 * Makes an output available as an ordinary file or folder, its files clones of the objects (or hard links,
 * or copies, as the file system allows). A view that is there already is checked, and built anew if
 * somebody changed it.
 *
 * @param signal - ends the building; nothing is left of it then.
 * @returns the view, at {@link viewPath}; undefined if the store has lost the output.
 */
export function ensureView(
  state: StateFolder,
  output: StoredOutput,
  signal?: AbortSignal,
): Promise<View | undefined> {
  const path = viewPath(state, output);
  const ensuring =
    underway.get(path) ??
    openView(state, output, { path, signal }).finally(() => underway.delete(path));
  underway.set(path, ensuring);
  return ensuring;
}

async function openView(
  state: StateFolder,
  output: StoredOutput,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal | undefined },
): Promise<View | undefined> {
  makeOwnFolder(state.views, dirname(path));
  const view = openedView(state, output);
  if (view === undefined) return undefined;
  if ((await findViewChange(state, view)) === undefined) return view;
  if ((await checkOutput(state, output)) !== 'intact') return undefined;
  const building = temporaryName(path);
  const replaced = temporaryName(path);
  const isIntact = async (): Promise<boolean> => (await findViewChange(state, view)) === undefined;
  const found = inodeOf(path);
  try {
    if (output.kind === 'file') cloneOrLink(state, output.digest, building);
    else await buildFolder(state, { ...view, root: building }, signal);
    // Another run may have built it meanwhile, and be reading it.
    if (!(await isIntact())) {
      unlessMissing(() => renamePatientlySync(path, replaced));
      const hasMovedAnother = inodeOf(replaced) !== found;
      renamePatientlySync(hasMovedAnother ? replaced : building, path);
    }
  } catch (error) {
    if (signal?.aborted === true || !(await isIntact())) throw error;
  } finally {
    for (const needless of [building, replaced]) {
      rmSync(needless, { recursive: true, force: true });
    }
  }
  // Links move the time of an object's last change.
  rememberObjects(state, output.digest, view.entries);
  rememberView(state, view);
  return view;
}

function inodeOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

/** The view of an output as {@link ensureView} left it; undefined if the store has lost its listing. */
export function openedView(state: StateFolder, output: StoredOutput): View | undefined {
  const path = viewPath(state, output);
  const entries = listOutput(state, output);
  return entries && { path, root: output.kind === 'folder' ? path : dirname(path), entries };
}

/** Notes how the files of a view look that was just built. */
export function rememberView(state: StateFolder, view: View): void {
  state.verified.add(relative(state.views, view.path), statView(view));
}

/**
 * What is different between a view and what was put there, as in `a.txt was changed`; undefined if
 * nothing is. Its files are read only if their sizes, times or inodes leave a doubt.
 */
export async function findViewChange(state: StateFolder, view: View): Promise<string | undefined> {
  const group = relative(state.views, view.path);
  let stats: FileStat[];
  try {
    stats = statView(view);
  } catch (error) {
    return isMissing(error) ? `${basename(view.path)} was removed` : (error as Error).message;
  }
  if (state.verified.has(group, stats)) return undefined;
  for (const entry of view.entries) {
    if (entry.type === 'folder') continue;
    const { path, sha256, sizeBytes } = entry;
    const found = await checkFile(join(view.root, path), sha256, sizeBytes);
    if (found !== 'intact') return `${path} was ${found === 'missing' ? 'removed' : 'changed'}`;
  }
  const [own, there] = [view.entries, stats].map((all) => new Set(all.map(({ path }) => path)));
  const added = [...there!].find((path) => !own!.has(path));
  if (added !== undefined) return `${added} was added`;
  const removed = [...own!].find((path) => !there!.has(path));
  if (removed !== undefined) return `${removed} was removed`;
  rememberView(state, view);
  return undefined;
}

function statView({ path, root, entries }: View): FileStat[] {
  if (path === root) return statFolder(root, lstatSync);
  return [toStat(entries[0]!.path, path, lstatSync(path))];
}

/** Makes a folder of links to the objects; it must not exist. @param signal - ends it half-way. */
export async function buildFolder(
  state: StateFolder,
  { root, entries }: Pick<View, 'root' | 'entries'>,
  signal?: AbortSignal,
): Promise<void> {
  mkdirSync(root);
  const made = new Set([root]);
  for (const entry of entries) {
    await letOthersRun();
    signal?.throwIfAborted();
    const path = join(root, entry.path);
    const folder = entry.type === 'file' ? dirname(path) : path;
    if (!made.has(folder)) mkdirSync(folder, { recursive: true });
    made.add(folder);
    if (entry.type === 'file') cloneOrLink(state, entry.sha256, path);
  }
}

/** Stores whose file system cannot clone files, as far as this process has found out. */
const withoutClones = new Set<string>();

/** A clone shares the disk blocks of the object, but changes to one do not reach the other; with a hard link they do. */
function cloneOrLink(state: StateFolder, name: string, path: string): void {
  const object = objectPath(state, name);
  if (!withoutClones.has(state.objects)) {
    try {
      copyFileSync(object, path, constants.COPYFILE_FICLONE_FORCE);
      return stamp(path, name);
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
    stamp(path, name);
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
