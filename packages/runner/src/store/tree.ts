import { parseJson } from '../json.ts';
import { isStorablePath } from './stored-names.ts';

/** One file of a folder in the store, or an empty folder. */
export type TreeEntry =
  | {
      readonly type: 'file';
      readonly path: string;
      /** The name of the object: `.x` behind it says that the file can be executed. */
      readonly sha256: string;
      readonly sizeBytes: number;
    }
  | { readonly type: 'folder'; readonly path: string };

/**
 * A folder as text, one line for each entry in byte order of the paths: `<sha256> <bytes> "<path>"`.
 * The sha256 of this text is the folder's digest, and the text itself is an object of the store.
 */
export function encodeTree(entries: readonly TreeEntry[]): string {
  const lines = entries.map((entry) =>
    entry.type === 'file'
      ? `${entry.sha256} ${entry.sizeBytes} ${JSON.stringify(entry.path)}\n`
      : `- 0 ${JSON.stringify(entry.path)}\n`,
  );
  return lines.join('');
}

/** A zod schema would take seconds for 100,000 lines. */
const linePattern = /^(?:([0-9a-f]{64}(?:\.x)?) (0|[1-9]\d{0,14})|- 0) ("(?:[^"\\]|\\.)+")$/;

/**
 * The entries of a text by {@link encodeTree}.
 *
 * @throws {Error} naming the line, if it is another text, if a path leads out of the folder, or if two
 *   entries cannot be in one folder.
 */
export function decodeTree(text: string): TreeEntry[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line is cut off');
  const entries = lines.map((line, index): TreeEntry => {
    const [, sha256, sizeBytes, quoted = ''] = linePattern.exec(line) ?? [];
    const path = parseJson(quoted);
    const isFolder = sha256 === undefined;
    const isWhole = typeof path === 'string' && path.endsWith('/') === isFolder;
    if (!isWhole || !isStorablePath(isFolder ? path.slice(0, -1) : path)) {
      throw new Error(`line ${index + 1} is not an entry with a path inside the folder: ${line}`);
    }
    return isFolder
      ? { type: 'folder', path }
      : { type: 'file', path, sha256, sizeBytes: Number(sizeBytes) };
  });
  const clash = findClash(entries);
  if (clash !== undefined) throw new Error(`two entries want to be ${JSON.stringify(clash)}`);
  return entries;
}

/** A path that two entries have, or that is a file or an empty folder and has something in it. */
function findClash(entries: readonly TreeEntry[]): string | undefined {
  const around = new Set<string>();
  const own = new Set<string>();
  for (const { path: name } of entries) {
    const path = name.replace(/\/$/, '');
    if (own.has(path)) return path;
    own.add(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (around.has(folder)) break;
      around.add(folder);
    }
  }
  return entries.map(({ path }) => path.replace(/\/$/, '')).find((path) => around.has(path));
}

/** The part of a folder below `subpath`: one file, a folder of its own, or undefined if not there. */
export function selectFromTree(
  entries: readonly TreeEntry[],
  subpath: string,
):
  | { readonly type: 'file'; readonly sha256: string; readonly sizeBytes: number }
  | { readonly type: 'folder'; readonly entries: readonly TreeEntry[] }
  | undefined {
  const file = entries.find((entry) => entry.type === 'file' && entry.path === subpath);
  if (file?.type === 'file') {
    return { type: 'file', sha256: file.sha256, sizeBytes: file.sizeBytes };
  }
  const prefix = `${subpath}/`;
  const below = entries.filter((entry) => entry.path.startsWith(prefix));
  if (below.length === 0) return undefined;
  const inside = below
    .filter((entry) => entry.path !== prefix)
    .map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
  return { type: 'folder', entries: inside };
}
