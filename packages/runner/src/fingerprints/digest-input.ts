import { statSync } from 'node:fs';
import type { ResolvedInput } from '../parsing/resolved-pipeline.ts';
import { sha256Of } from '../store/sha256.ts';
import type { TreeEntry } from '../store/tree.ts';
import type { DigestCache } from './digest-cache.ts';
import type { FileStat } from './file-stat.ts';
import { byPath, statFile, statFolder } from './file-stat.ts';

/** What the user's own files of an input hold at this moment, as the fingerprint sees it. */
export interface InputContent {
  /** `file:<sha256>` or `folder:<digest of its listing>`. */
  readonly value: string;
  /** The listing of a folder. */
  readonly list: () => Promise<readonly TreeEntry[] | undefined>;
}

/** Reads the content of an input: one file, one folder, or a list of both seen as one folder. */
export async function readInputContent(
  { paths, labels, isList }: Extract<ResolvedInput, { type: 'files' }>,
  cache: DigestCache,
): Promise<InputContent> {
  const [only] = paths;
  if (!isList && only !== undefined && statSync(only).isFile()) {
    const { sha256 } = await cache.digest(only);
    return { value: `file:${sha256}`, list: () => Promise.resolve(undefined) };
  }
  const isFolder = !isList && only !== undefined;
  const key = isFolder ? only : `list ${sha256Of(labels.join('\0'))}`;
  const stat = (): FileStat[] => (isFolder ? statFolder(only) : statList(paths, labels));
  const digest = await cache.remember(`content ${key}`, () => cache.digestAll(key, stat()));
  return { value: `folder:${digest}`, list: () => cache.listAll(key, stat()) };
}

function statList(paths: readonly string[], labels: readonly string[]): FileStat[] {
  const stats = paths.flatMap((path, index) => {
    const label = labels[index] ?? path;
    if (statSync(path).isFile()) return [statFile(label, path)];
    return statFolder(path).map((stat) => ({ ...stat, path: `${label}/${stat.path}` }));
  });
  return stats.sort(byPath);
}
