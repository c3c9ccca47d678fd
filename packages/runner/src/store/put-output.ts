import { copyFileSync, lstatSync, realpathSync, renameSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { temporaryName } from '@limber/files';
import type { FileStat } from '../fingerprints/file-stat.ts';
import { statFolder } from '../fingerprints/file-stat.ts';
import type { StoredOutput } from './objects.ts';
import { putFile, putTree } from './objects.ts';
import { hashFile } from './sha256.ts';
import type { StateFolder } from './state-folder.ts';
import type { TreeEntry } from './tree.ts';

/**
 * Moves what a stage wrote into the store, file by file, by rename. Nothing is visible as an output
 * until the artifact that names the result is written.
 *
 * A symbolic link to a file of the same output becomes a copy of it.
 *
 * @param path - the file or folder in the stage's private folder; its files are gone afterwards.
 * @throws {Error} if the output holds another link, or something without content.
 */
export async function putOutput(state: StateFolder, path: string): Promise<StoredOutput> {
  const fileName = basename(path);
  if (lstatSync(path).isSymbolicLink()) throw new Error(`${path} is a symbolic link.`);
  if (statSync(path).isFile()) {
    const { sha256, sizeBytes } = await putOne(state, path);
    return { kind: 'file', digest: sha256, sizeBytes, fileName };
  }
  const found = statFolder(path);
  replaceLinks(found, path);
  const entries: TreeEntry[] = [];
  let sizeBytes = 0;
  for (const { path: name, absolute } of found) {
    if (name.endsWith('/')) {
      entries.push({ type: 'folder', path: name });
      continue;
    }
    const stored = await putOne(state, absolute);
    entries.push({ type: 'file', path: name, ...stored });
    sizeBytes += stored.sizeBytes;
  }
  return { kind: 'folder', digest: putTree(state, entries), sizeBytes, fileName };
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
  return (await putOne(state, copy)).sha256;
}

async function putOne(
  state: StateFolder,
  file: string,
): Promise<{ readonly sha256: string; readonly sizeBytes: number }> {
  const sha256 = await hashFile(file);
  const sizeBytes = statSync(file).size;
  putFile(state, file, sha256);
  return { sha256, sizeBytes };
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
    renameSync(copy, absolute);
  }
}
