import { machineBoot, writeFileAtomicSync } from '@limber/files';
import type { FileStat } from '../fingerprints/file-stat.ts';
import { digestStats } from '../fingerprints/file-stat.ts';
import { readText } from './read-if-there.ts';

/**
 * Remembers which files were compared with their digests since the machine started, as groups, each by
 * one digest of sizes, times and inodes. What was not, or has another time or inode, is read again.
 */
export interface VerifiedFiles {
  /** Whether the files of a group are those that were verified, untouched. */
  has(group: string, stats: readonly FileStat[]): boolean;
  /** Says that the files of a group hold what they should. One named `..` is forgotten at the end. */
  add(group: string, stats: readonly FileStat[]): void;
  /** Keeps what was learnt for the next run. */
  save(): void;
}

/** Opens the memory in `file`, which is first read when something is asked for. */
export function openVerifiedFiles(file: string): VerifiedFiles {
  let known: Map<string, string> | undefined;
  let hasNews = false;
  const groups = (): Map<string, string> => (known ??= readGroups(file));
  return {
    has: (group, stats) => groups().get(group) === digestStats(stats),
    add(group, stats) {
      const digest = digestStats(stats);
      hasNews ||= groups().get(group) !== digest;
      groups().set(group, digest);
    },
    save() {
      if (!hasNews) return;
      // Other runs may have learnt something meanwhile.
      const all = new Map([...readGroups(file), ...groups()]);
      const lines = [...all].flatMap(([group, digest]) =>
        group.startsWith('..') ? [] : `${digest} ${group}\n`,
      );
      writeFileAtomicSync(file, `${machineBoot()}\n${lines.join('')}`);
      hasNews = false;
    },
  };
}

function readGroups(file: string): Map<string, string> {
  const [boot, ...lines] = (readText(file) ?? '').split('\n');
  if (boot !== machineBoot()) return new Map();
  const digestLength = 64;
  return new Map(
    lines.map((line) => [line.slice(digestLength + 1), line.slice(0, digestLength)] as const),
  );
}
