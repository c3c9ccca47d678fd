import { statSync } from 'node:fs';
import type { TreeEntry } from '../store/tree.ts';
import { sha256Of } from '../store/tree.ts';
import type { DigestCache } from './digest-cache.ts';
import type { FileLook } from './file-look.ts';
import { byPath, lookAtFile, lookAtFolder } from './file-look.ts';

/** What the user's own files of an input hold at this moment, as the fingerprint sees it. */
export interface InputContent {
  /** `file:<sha256>` or `folder:<digest of its listing>`. */
  readonly value: string;
  /** The listing of a folder. */
  readonly list: () => Promise<readonly TreeEntry[] | undefined>;
}

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
  if (!isList && only !== undefined && statSync(only).isFile()) {
    const { sha256 } = await cache.digest(only);
    return { value: `file:${sha256}`, list: () => Promise.resolve(undefined) };
  }
  const isFolder = !isList && only !== undefined;
  const key = isFolder ? only : `list ${sha256Of(labels.join('\0'))}`;
  const look = (): FileLook[] => (isFolder ? lookAtFolder(only) : lookAtList(paths, labels));
  const digest = await cache.remember(`content ${key}`, () => cache.digestAll(key, look()));
  return { value: `folder:${digest}`, list: () => cache.listAll(key, look()) };
}

function lookAtList(paths: readonly string[], labels: readonly string[]): FileLook[] {
  const looks = paths.flatMap((path, index) => {
    const label = labels[index] ?? path;
    if (statSync(path).isFile()) return [lookAtFile(label, path)];
    return lookAtFolder(path).map((look) => ({ ...look, path: `${label}/${look.path}` }));
  });
  return looks.sort(byPath);
}
