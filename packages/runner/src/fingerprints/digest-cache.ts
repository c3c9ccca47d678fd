import { statSync } from 'node:fs';
import { hashFile } from '../store/hash-file.ts';
import { readJson, writeAtomically } from '../store/write-atomically.ts';

/** Remembers what a file's content came to, for as long as the file looks untouched. */
export interface DigestCache {
  /** sha256 and size of a file. */
  digest(path: string): Promise<{ readonly sha256: string; readonly sizeBytes: number }>;
  /** What `read` makes of a file's content, which must be JSON; `what` names the kind of reading. */
  derive<T>(path: string, what: string, read: () => Promise<T>): Promise<T>;
  /** Keeps what was learnt for the next run. */
  save(): void;
}

interface Entry {
  /** Size, modification time, change time and inode. */
  readonly look: string;
  sha256?: string;
  derived?: Record<string, unknown>;
}

const VERSION = 1;

/**
 * A file changed within this time before it was read may change again without another time stamp,
 * so what was read is not kept beyond this run.
 */
const UNSETTLED_MS = 100;

/** Opens the digest cache in `file`; a missing or damaged one is an empty one. */
export function openDigestCache(file: string): DigestCache {
  const stored = readJson(file) as { version: number; files: Record<string, Entry> } | undefined;
  const known = new Map(stored?.version === VERSION ? Object.entries(stored.files) : []);
  const unsettled = new Set<string>();
  let hasNews = false;

  const entryOf = (path: string): Entry => {
    const found = statSync(path, { bigint: true });
    const look = `${found.size} ${found.mtimeNs} ${found.ctimeNs} ${found.ino}`;
    const cached = known.get(path);
    if (cached?.look === look) return cached;
    const changedMs = Number(found.mtimeMs > found.ctimeMs ? found.mtimeMs : found.ctimeMs);
    if (Date.now() - changedMs < UNSETTLED_MS) unsettled.add(path);
    else unsettled.delete(path);
    const entry: Entry = { look };
    known.set(path, entry);
    return entry;
  };

  return {
    async digest(path) {
      const entry = entryOf(path);
      if (entry.sha256 === undefined) {
        entry.sha256 = await hashFile(path);
        hasNews = true;
      }
      return { sha256: entry.sha256, sizeBytes: Number(entry.look.split(' ', 1)[0]) };
    },
    async derive<T>(path: string, what: string, read: () => Promise<T>) {
      const entry = entryOf(path);
      entry.derived ??= {};
      if (!Object.hasOwn(entry.derived, what)) {
        entry.derived[what] = await read();
        hasNews = true;
      }
      return entry.derived[what] as T;
    },
    save() {
      if (!hasNews) return;
      const settled = [...known].filter(([path]) => !unsettled.has(path));
      const files = Object.fromEntries(settled);
      writeAtomically(file, JSON.stringify({ version: VERSION, files }));
      hasNews = false;
    },
  };
}
