import { parseJson } from '../json.ts';
import { readText } from '../store/read-if-there.ts';
import { sha256Of } from '../store/sha256.ts';

/** What a digest cache remembers between runs. */
export interface DigestFile {
  /** The entries of one kind. */
  table<T>(kind: string): DigestTable<T>;
  /** All of it, to be stored. */
  toText(): string;
}

/** The entries of one kind; each is parsed when its key is first asked for. */
interface DigestTable<T> {
  get(key: string): T | undefined;
  /** @param kept - what the next run finds of it; nothing if undefined. */
  set(key: string, entry: T, kept: T | undefined): void;
}

const header = 'limber digests 4\n';

/**
 * Reads a digest cache's file: a header, then one line for each entry, `<kind>\t<key as JSON>\t<JSON>\t<digest>`.
 * A missing file, or one with another header, holds nothing, and neither does a line whose digest is
 * wrong. It is read when something is first asked for.
 */
export function readDigestFile(file: string): DigestFile {
  let read: Map<string, string> | undefined;
  const lines = (): Map<string, string> => (read ??= splitLines(readText(file) ?? ''));
  const opened = new Map<string, { readonly entry: unknown; readonly kept: unknown }>();
  return {
    table<T>(kind: string): DigestTable<T> {
      const nameOf = (key: string): string => `${kind}\t${JSON.stringify(key)}`;
      return {
        get(key) {
          const name = nameOf(key);
          const known = opened.get(name);
          if (known !== undefined) return known.entry as T;
          const line = lines().get(name) ?? '';
          const json = line.slice(0, Math.max(0, line.lastIndexOf('\t')));
          const entry = line === seal(name, json) ? parseJson(json) : undefined;
          if (entry !== undefined) opened.set(name, { entry, kept: entry });
          return entry as T | undefined;
        },
        set: (key, entry, kept) => void opened.set(nameOf(key), { entry, kept }),
      };
    },
    toText() {
      const all = lines();
      for (const [name, { kept }] of opened) {
        if (kept === undefined) all.delete(name);
        else all.set(name, seal(name, JSON.stringify(kept)));
      }
      return header + [...all].map(([name, entry]) => `${name}\t${entry}\n`).join('');
    },
  };
}

function seal(name: string, json: string): string {
  return `${json}\t${sha256Of(`${name}\t${json}`).slice(0, 16)}`;
}

function splitLines(text: string): Map<string, string> {
  const lines = new Map<string, string>();
  if (!text.startsWith(header)) return lines;
  for (const line of text.slice(header.length).split('\n').slice(0, -1)) {
    const keyEnd = line.indexOf('\t', line.indexOf('\t') + 1);
    if (keyEnd > 0) lines.set(line.slice(0, keyEnd), line.slice(keyEnd + 1));
  }
  return lines;
}
