import { copyFileSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { renamePatientlySync, temporaryName } from '@limber/files';
import type { FileStat } from '../fingerprints/file-stat.ts';
import { statFolder } from '../fingerprints/file-stat.ts';
import type { StoredOutput } from './objects.ts';
import { putFile, putTree, rememberObjects } from './objects.ts';
import type { StateFolder } from './state-folder.ts';
import { isStorablePath } from './stored-names.ts';
import type { TreeEntry } from './tree.ts';

/**
 * Moves what a stage wrote into the store, file by file, by rename. Nothing is visible as an output
 * until the artifact that names the result is written.
 *
 * A symbolic link to a file of the same output becomes a copy of it.
 *
 * @param path - the file or folder in the stage's private folder; its files are gone afterwards.
 * @throws {Error} if the output holds another link, something without content, or a name that is not
 *   the same on every system.
 */
export async function putOutput(state: StateFolder, path: string): Promise<StoredOutput> {
  const fileName = basename(path);
  refuseNames([fileName], dirname(path));
  if (lstatSync(path).isSymbolicLink()) throw new Error(`${path} is a symbolic link.`);
  if (statSync(path).isFile()) {
    const { sha256, sizeBytes } = await putFile(state, path);
    const entry = { type: 'file', path: fileName, sha256, sizeBytes } as const;
    rememberObjects(state, sha256, [entry]);
    return { kind: 'file', digest: sha256, sizeBytes, fileName };
  }
  const found = statFolder(path);
  refuseNames(
    found.map((stat) => stat.path),
    path,
  );
  replaceLinks(found, path);
  const entries: TreeEntry[] = [];
  let sizeBytes = 0;
  for (const { path: name, absolute } of found) {
    if (name.endsWith('/')) {
      entries.push({ type: 'folder', path: name });
      continue;
    }
    const stored = await putFile(state, absolute);
    entries.push({ type: 'file', path: name, ...stored });
    sizeBytes += stored.sizeBytes;
  }
  const digest = putTree(state, entries);
  rememberObjects(state, digest, entries);
  return { kind: 'folder', digest, sizeBytes, fileName };
}

/**
 * Copies a file into the store.
 *
 * @param scratch - a private folder for the copy, on the file system of the store.
 * @returns the sha256 of its content.
 */
export async function putCopy(state: StateFolder, file: string, scratch: string): Promise<string> {
  const copy = temporaryName(join(scratch, basename(file)));
  copyFileSync(file, copy);
  return (await putFile(state, copy)).sha256;
}

function refuseNames(paths: readonly string[], root: string): void {
  const wrong = paths.find((path) => !isStorablePath(path.replace(/\/$/, '')));
  if (wrong === undefined) return;
  throw new Error(
    `${root} holds ${JSON.stringify(wrong)}, a name that not every system can keep. Leave out backslashes and drive letters, and make it shorter than 255 bytes.`,
  );
}

function replaceLinks(found: readonly FileStat[], root: string): void {
  const own = realpathSync.native(root);
  for (const { path, absolute } of found) {
    const target = realpathSync.native(absolute);
    if (target === join(own, path.replace(/\/$/, ''))) continue;
    const isOwnFile = target.startsWith(own + sep) && statSync(target).isFile();
    if (!isOwnFile || !lstatSync(absolute).isSymbolicLink()) {
      throw new Error(
        `${absolute} leads out of the output through a symbolic link. Copy the files instead.`,
      );
    }
    const copy = temporaryName(absolute);
    copyFileSync(target, copy);
    renamePatientlySync(copy, absolute);
  }
}
