import { describeStat, isSettled, writeFileAtomicSync } from '@limber/files';
import { hashFile, sha256Of } from '../store/sha256.ts';
import { objectNameOf } from '../store/stored-names.ts';
import type { TreeEntry } from '../store/tree.ts';
import { encodeTree } from '../store/tree.ts';
import { readDigestFile } from './digest-file.ts';
import type { FileStat } from './file-stat.ts';
import { digestStats, statFile } from './file-stat.ts';

/** Remembers what files hold, for as long as they seem untouched. */
export interface DigestCache {
  /** What a file would be named as an object, and its size. */
  digest(path: string): Promise<{ readonly sha256: string; readonly sizeBytes: number }>;
  /** What is seen of a file without reading it, as one text. */
  look(path: string): string;
  /** What `read` makes of a file's content, which must be JSON; `what` names the kind of reading. */
  derive<T>(path: string, what: string, read: () => Promise<T>): Promise<T>;
  /** The listing's digest of the files in `stats`, which `key` names as a whole. */
  digestAll(key: string, stats: readonly FileStat[]): Promise<string>;
  /** The listing itself; after {@link DigestCache.digestAll} it reads no file. */
  listAll(key: string, stats: readonly FileStat[]): Promise<TreeEntry[]>;
  /** What `make` gives, kept between runs for as long as it is current; see {@link Recalled}. */
  recall<T>(key: string, recalled: Recalled<T>): Promise<T>;
  /** What `make` gave the first time it was asked for under this key, until {@link DigestCache.forget}. */
  remember<T>(key: string, make: () => T): T;
  /** Looks at everything anew from now on: time has passed. */
  forget(): void;
  /** Keeps what was learnt for the next run. */
  save(): void;
}

/** How something that is made from several files is made, and known again. It must be JSON. */
interface Recalled<T> {
  readonly make: () => Promise<T>;
  /** Whether what was made earlier would be made again now. */
  readonly isCurrent: (made: T) => Promise<boolean>;
  /** The files that were read for it. */
  readonly filesOf: (made: T) => readonly string[];
}

/** A file by itself. */
interface FileEntry {
  readonly stat: string;
  sha256?: string;
  derived?: Record<string, unknown>;
}

/** Many files, by their stats as a whole. */
interface GroupEntry {
  readonly stats: string;
  readonly digest: string;
}

/** The files of a group, needed only when one of them seems different: path → stat and sha256. */
type MemberEntry = Readonly<Record<string, readonly [stat: string, sha256: string]>>;

/**
 * Opens the digest cache in `file`; a missing or damaged one is an empty one. The files of groups are
 * listed beside it, in a file of their own that is not read as long as nothing changes.
 */
export function openDigestCache(file: string): DigestCache {
  const stored = readDigestFile(file);
  const storedMembers = readDigestFile(`${file}.members`);
  const files = stored.table<FileEntry>('file');
  const groups = stored.table<GroupEntry>('group');
  const members = storedMembers.table<MemberEntry>('members');
  const recalled = stored.table<unknown>('recalled');
  const memory = new Map<string, unknown>();
  let hasNews = false;
  let hasNewMembers = false;

  const statOf = (path: string): FileStat =>
    cache.remember(`file ${path}`, () => statFile(path, path));

  const entryOf = (path: string): { readonly entry: FileEntry; readonly stat: FileStat } => {
    const stat = statOf(path);
    const described = describeStat(stat);
    const cached = files.get(path);
    if (cached?.stat === described) return { entry: cached, stat };
    const entry: FileEntry = { stat: described };
    files.set(path, entry, isSettled(stat, Date.now()) ? entry : undefined);
    return { entry, stat };
  };

  const digestGroup = async (key: string, stats: readonly FileStat[]): Promise<string> => {
    const seen = digestStats(stats);
    const cached = groups.get(key);
    if (cached?.stats === seen) return cached.digest;
    const before = members.get(key) ?? {};
    // Hashing takes its time, in which a file that had just changed would come to seem settled.
    const now = Date.now();
    const found: [FileStat, string, string][] = [];
    for (const stat of stats.filter(isFile)) {
      const described = describeStat(stat);
      const earlier = Object.hasOwn(before, stat.path) ? before[stat.path] : undefined;
      const sha256 = earlier?.[0] === described ? earlier[1] : await hashStat(stat);
      found.push([stat, described, sha256]);
    }
    const settled = found.filter(([stat]) => isSettled(stat, now));
    members.set(key, toMembers(found), toMembers(settled));
    const digest = sha256Of(encodeTree(toTree(stats, toMembers(found))));
    // The digest of the stats stands for every file, so one that may still change spoils it.
    const kept = { stats: settled.length === found.length ? seen : '', digest };
    groups.set(key, { stats: seen, digest }, kept);
    hasNews = hasNewMembers = true;
    return digest;
  };

  const cache: DigestCache = {
    async digest(path) {
      const { entry, stat } = entryOf(path);
      if (entry.sha256 === undefined) {
        entry.sha256 = await hashStat(stat);
        hasNews = true;
      }
      return { sha256: entry.sha256, sizeBytes: stat.sizeBytes };
    },
    look: (path) => describeStat(statOf(path)),
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
    async listAll(key, stats) {
      const known = members.get(key) ?? {};
      const isKnown = (stat: FileStat): boolean =>
        Object.hasOwn(known, stat.path) && known[stat.path]![0] === describeStat(stat);
      if (!stats.every((stat) => !isFile(stat) || isKnown(stat)))
        groups.set(key, { stats: '', digest: '' }, undefined);
      await digestGroup(key, stats);
      return toTree(stats, members.get(key)!);
    },
    async recall<T>(key: string, { make, isCurrent, filesOf }: Recalled<T>) {
      const known = recalled.get(key) as T | undefined;
      if (known !== undefined && (await isCurrent(known))) return known;
      const now = Date.now();
      const made = await make();
      const isKept = filesOf(made).every((path) => isSettled(statFile(path, path), now));
      recalled.set(key, made, isKept ? made : undefined);
      hasNews = true;
      return made;
    },
    remember<T>(key: string, make: () => T) {
      if (!memory.has(key)) memory.set(key, make());
      return memory.get(key) as T;
    },
    forget: () => memory.clear(),
    save() {
      if (hasNewMembers) writeFileAtomicSync(`${file}.members`, storedMembers.toText());
      if (hasNews) writeFileAtomicSync(file, stored.toText());
      hasNews = hasNewMembers = false;
    },
  };
  return cache;
}

async function hashStat({ absolute, isExecutable }: FileStat): Promise<string> {
  return objectNameOf(await hashFile(absolute), isExecutable);
}

function isFile({ sizeBytes }: FileStat): boolean {
  return sizeBytes >= 0;
}

function toMembers(found: readonly (readonly [FileStat, string, string])[]): MemberEntry {
  return Object.fromEntries(found.map(([{ path }, stat, sha256]) => [path, [stat, sha256]]));
}

function toTree(stats: readonly FileStat[], known: MemberEntry): TreeEntry[] {
  return stats.map((stat): TreeEntry => {
    const { path, sizeBytes } = stat;
    return isFile(stat)
      ? { type: 'file', path, sha256: known[path]![1], sizeBytes }
      : { type: 'folder', path };
  });
}
