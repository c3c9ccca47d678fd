import { statSync } from 'node:fs';
import type { TreeEntry } from '../store/tree.ts';
import { walkFolder } from '../store/walk-folder.ts';
import type { DigestCache } from './digest-cache.ts';

/** What the user's own files of an input hold at this moment. */
export type InputContent =
  | { readonly type: 'file'; readonly sha256: string }
  | { readonly type: 'folder'; readonly entries: readonly TreeEntry[] };

/**
 * Reads the content of an input: one file, one folder, or a list of both seen as one folder.
 *
 * @param paths - absolute.
 * @param labels - the name of each path within a list.
 */
export async function readInputContent(
  paths: readonly string[],
  labels: readonly string[],
  isList: boolean,
  cache: DigestCache,
): Promise<InputContent> {
  const [only] = paths;
  if (!isList && only !== undefined) {
    if (statSync(only).isFile()) {
      return { type: 'file', sha256: (await cache.digest(only)).sha256 };
    }
    return { type: 'folder', entries: await readEntries(only, '', cache) };
  }
  const lists: TreeEntry[] = [];
  for (const [index, path] of paths.entries()) {
    const label = labels[index] ?? path;
    if (statSync(path).isFile()) lists.push(await readEntry(path, label, cache));
    else lists.push(...(await readEntries(path, `${label}/`, cache)));
  }
  return { type: 'folder', entries: lists.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

async function readEntries(
  folder: string,
  prefix: string,
  cache: DigestCache,
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for (const { path, absolute } of walkFolder(folder)) {
    if (path.endsWith('/')) entries.push({ type: 'folder', path: prefix + path });
    else entries.push(await readEntry(absolute, prefix + path, cache));
  }
  return entries;
}

async function readEntry(file: string, path: string, cache: DigestCache): Promise<TreeEntry> {
  return { type: 'file', path, ...(await cache.digest(file)) };
}
