/** One file of a folder in the store, or an empty folder. */
export type TreeEntry =
  | {
      readonly type: 'file';
      readonly path: string;
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

/** The entries of a text by {@link encodeTree}. */
export function decodeTree(text: string): TreeEntry[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const first = line.indexOf(' ');
    const second = line.indexOf(' ', first + 1);
    const sha256 = line.slice(0, first);
    const path = JSON.parse(line.slice(second + 1)) as string;
    if (sha256 === '-') return { type: 'folder', path };
    return { type: 'file', path, sha256, sizeBytes: Number(line.slice(first + 1, second)) };
  });
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
