import { parseJson } from '../json.ts';
import { readText } from '../store/read-if-there.ts';

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

const header = 'limber digests 2\n';

/**
 * Reads a digest cache's file: a header, then one line for each entry, `<kind>\t<key as JSON>\t<JSON>`.
 * A missing file, or one with another header, holds nothing, and neither does a damaged line.
 */
export function readDigestFile(file: string): DigestFile {
  const lines = splitLines(readText(file) ?? '');
  const opened = new Map<string, { readonly entry: unknown; readonly kept: unknown }>();
  return {
    table<T>(kind: string): DigestTable<T> {
      const nameOf = (key: string): string => `${kind}\t${JSON.stringify(key)}`;
      return {
        get(key) {
          const name = nameOf(key);
          const known = opened.get(name);
          if (known !== undefined) return known.entry as T;
          const entry = parseJson(lines.get(name) ?? '');
          if (entry !== undefined) opened.set(name, { entry, kept: entry });
          return entry as T | undefined;
        },
        set: (key, entry, kept) => void opened.set(nameOf(key), { entry, kept }),
      };
    },
    toText() {
      for (const [name, { kept }] of opened) {
        if (kept === undefined) lines.delete(name);
        else lines.set(name, JSON.stringify(kept));
      }
      return header + [...lines].map(([name, entry]) => `${name}\t${entry}\n`).join('');
    },
  };
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
