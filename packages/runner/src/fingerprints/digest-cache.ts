import { hashFile } from '../store/hash-file.ts';
import type { TreeEntry } from '../store/tree.ts';
import { encodeTree, sha256Of } from '../store/tree.ts';
import { writeAtomically } from '../store/write-atomically.ts';
import type { DigestLines } from './digest-lines.ts';
import { readDigestLines } from './digest-lines.ts';
import type { FileLook } from './file-look.ts';
import { describeLook, digestLooks, lookAtFile } from './file-look.ts';

/** Remembers what files hold, for as long as they look untouched. */
export interface DigestCache {
  /** sha256 and size of a file. */
  digest(path: string): Promise<{ readonly sha256: string; readonly sizeBytes: number }>;
  /** What `read` makes of a file's content, which must be JSON; `what` names the kind of reading. */
  derive<T>(path: string, what: string, read: () => Promise<T>): Promise<T>;
  /** The listing's digest of the files in `looks`, which `key` names as a whole. */
  digestAll(key: string, looks: readonly FileLook[]): Promise<string>;
  /** The listing itself; after {@link DigestCache.digestAll} it reads no file. */
  listAll(key: string, looks: readonly FileLook[]): Promise<TreeEntry[]>;
  /** What `make` gave the first time it was asked for under this key, until {@link DigestCache.forget}. */
  remember<T>(key: string, make: () => T): T;
  /** Looks at everything anew from now on: time has passed. */
  forget(): void;
  /** Keeps what was learnt for the next run. */
  save(): void;
}

/** A file by itself. */
interface FileEntry {
  readonly look: string;
  sha256?: string;
  derived?: Record<string, unknown>;
}

/** Many files, by what they look like as a whole. */
interface GroupEntry {
  readonly looks: string;
  readonly digest: string;
}

/** The files of a group, needed only when one of them looks different: path → look and sha256. */
type MemberEntry = Readonly<Record<string, readonly [look: string, sha256: string]>>;

/**
 * A file changed within this time before it was read may change again without another time stamp,
 * so what was read is not kept beyond this run.
 */
const unsettledMs = 100;

/** Opens the digest cache in `file`; a missing or damaged one is an empty one. */
export function openDigestCache(file: string): DigestCache {
  const lines = readDigestLines(file);
  const files = createShelf<FileEntry>('file', lines);
  const groups = createShelf<GroupEntry>('group', lines);
  const members = createShelf<MemberEntry>('members', lines);
  const memory = new Map<string, unknown>();
  let hasNews = false;

  const entryOf = (path: string): { readonly entry: FileEntry; readonly look: FileLook } => {
    const look = cache.remember(`file ${path}`, () => lookAtFile(path, path));
    const described = describeLook(look);
    const cached = files.get(path);
    if (cached?.look === described) return { entry: cached, look };
    const entry: FileEntry = { look: described };
    files.set(path, entry, isSettled(look, Date.now()) ? entry : undefined);
    return { entry, look };
  };

  const digestGroup = async (key: string, looks: readonly FileLook[]): Promise<string> => {
    const seen = digestLooks(looks);
    const cached = groups.get(key);
    if (cached?.looks === seen) return cached.digest;
    const before = members.get(key) ?? {};
    // Hashing takes its time, in which a file that had just changed would come to look settled.
    const now = Date.now();
    const found: [FileLook, string, string][] = [];
    for (const look of looks.filter(isFile)) {
      const described = describeLook(look);
      const earlier = Object.hasOwn(before, look.path) ? before[look.path] : undefined;
      const sha256 = earlier?.[0] === described ? earlier[1] : await hashFile(look.absolute);
      found.push([look, described, sha256]);
    }
    const settled = found.filter(([look]) => isSettled(look, now));
    members.set(key, toMembers(found), toMembers(settled));
    const digest = sha256Of(encodeTree(toTree(looks, toMembers(found))));
    // The digest of the looks stands for every file, so one that may still change spoils it.
    const kept = { looks: settled.length === found.length ? seen : '', digest };
    groups.set(key, { looks: seen, digest }, kept);
    hasNews = true;
    return digest;
  };

  const cache: DigestCache = {
    async digest(path) {
      const { entry, look } = entryOf(path);
      if (entry.sha256 === undefined) {
        entry.sha256 = await hashFile(path);
        hasNews = true;
      }
      return { sha256: entry.sha256, sizeBytes: look.sizeBytes };
    },
    async derive<T>(path: string, what: string, read: () => Promise<T>) {
      const { entry } = entryOf(path);
      entry.derived ??= {};
      if (!Object.hasOwn(entry.derived, what)) {
        entry.derived[what] = await read();
        hasNews = true;
      }
      return entry.derived[what] as T;
    },
    digestAll: digestGroup,
    async listAll(key, looks) {
      const known = members.get(key) ?? {};
      const isWhole = looks.every((look) => !isFile(look) || Object.hasOwn(known, look.path));
      if (!isWhole) groups.set(key, { looks: '', digest: '' }, undefined);
      await digestGroup(key, looks);
      return toTree(looks, members.get(key)!);
    },
    remember<T>(key: string, make: () => T) {
      if (!memory.has(key)) memory.set(key, make());
      return memory.get(key) as T;
    },
    forget: () => memory.clear(),
    save() {
      if (!hasNews) return;
      files.writeBack();
      groups.writeBack();
      members.writeBack();
      writeAtomically(file, lines.toText());
      hasNews = false;
    },
  };
  return cache;
}

function isSettled({ mtimeMs, ctimeMs }: FileLook, now: number): boolean {
  return now - Math.max(mtimeMs, ctimeMs) >= unsettledMs;
}

function isFile({ sizeBytes }: FileLook): boolean {
  return sizeBytes >= 0;
}

function toMembers(found: readonly (readonly [FileLook, string, string])[]): MemberEntry {
  return Object.fromEntries(found.map(([{ path }, look, sha256]) => [path, [look, sha256]]));
}

function toTree(looks: readonly FileLook[], known: MemberEntry): TreeEntry[] {
  return looks.map((look): TreeEntry => {
    const { path, sizeBytes } = look;
    return isFile(look)
      ? { type: 'file', path, sha256: known[path]![1], sizeBytes }
      : { type: 'folder', path };
  });
}

/** The entries of one kind; a line of the file is read when its key is asked for. */
interface Shelf<T> {
  get(key: string): T | undefined;
  /** @param kept - what the next run finds of it; nothing if undefined. */
  set(key: string, entry: T, kept: T | undefined): void;
  writeBack(): void;
}

function createShelf<T>(kind: string, lines: DigestLines): Shelf<T> {
  const opened = new Map<string, T>();
  const kept = new Map<string, T | undefined>();
  return {
    get(key) {
      const known = opened.get(key);
      if (known !== undefined) return known;
      const read = lines.read(kind, key) as T | undefined;
      if (read === undefined) return undefined;
      opened.set(key, read);
      kept.set(key, read);
      return read;
    },
    set(key, entry, keptEntry) {
      opened.set(key, entry);
      kept.set(key, keptEntry);
    },
    writeBack() {
      for (const [key, entry] of kept) lines.write(kind, key, entry);
    },
  };
}
