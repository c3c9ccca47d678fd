import { copyFileSync, lstatSync, realpathSync, renameSync, statSync } from 'node:fs';
import { basename, sep } from 'node:path';
import type { StoredOutput } from './artifact.ts';
import { hashFile } from './hash-file.ts';
import { putFile, putTree } from './objects.ts';
import type { StateFolder } from './state-folder.ts';
import type { TreeEntry } from './tree.ts';
import { walkFolder } from './walk-folder.ts';
import { temporaryName } from './write-atomically.ts';

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
  const walked = walkFolder(path);
  for (const entry of walked) if (entry.isLinked) replaceLink(entry.absolute, path);
  const entries: TreeEntry[] = [];
  let sizeBytes = 0;
  for (const entry of walked) {
    if (entry.path.endsWith('/')) {
      entries.push({ type: 'folder', path: entry.path });
      continue;
    }
    const stored = await putOne(state, entry.absolute);
    entries.push({ type: 'file', path: entry.path, ...stored });
    sizeBytes += stored.sizeBytes;
  }
  return { kind: 'folder', digest: putTree(state, entries), sizeBytes, fileName };
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

function replaceLink(link: string, root: string): void {
  const target = realpathSync(link);
  const isOwn = target.startsWith(realpathSync(root) + sep);
  if (!isOwn || !lstatSync(link).isSymbolicLink()) {
    throw new Error(
      `${link} leads out of the output through a symbolic link. Copy the files instead.`,
    );
  }
  const copy = temporaryName(link);
  copyFileSync(target, copy);
  renameSync(copy, link);
}
