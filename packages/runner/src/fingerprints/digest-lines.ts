import { readFileSync } from 'node:fs';
import { isMissing } from '../store/write-atomically.ts';

/** The entries of a digest cache as lines of text, each understood only when it is asked for. */
export interface DigestLines {
  /** The JSON of an entry; undefined if there is none or it is damaged. */
  read(kind: string, key: string): unknown;
  /** Replaces an entry, or drops it. */
  write(kind: string, key: string, entry: unknown): void;
  /** All of it, to be stored. */
  toText(): string;
}

const HEADER = 'limber digests 2\n';

/**
 * Reads a digest cache's file: a header, then one line for each entry, `<kind>\t<key as JSON>\t<JSON>`.
 * A missing file, or one with another header, holds nothing.
 */
export function readDigestLines(file: string): DigestLines {
  const text = readText(file);
  const lines = new Map<string, string>();
  if (text.startsWith(HEADER)) {
    for (let start = HEADER.length; start < text.length;) {
      const end = text.indexOf('\n', start);
      if (end < 0) break;
      const kindEnd = text.indexOf('\t', start);
      const keyEnd = kindEnd < 0 ? -1 : text.indexOf('\t', kindEnd + 1);
      if (keyEnd > 0 && keyEnd < end) {
        lines.set(text.slice(start, keyEnd), text.slice(keyEnd + 1, end));
      }
      start = end + 1;
    }
  }
  const nameOf = (kind: string, key: string): string => `${kind}\t${JSON.stringify(key)}`;
  return {
    read(kind, key) {
      const line = lines.get(nameOf(kind, key));
      if (line === undefined) return undefined;
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        if (error instanceof SyntaxError) return undefined;
        throw error;
      }
    },
    write(kind, key, entry) {
      if (entry === undefined) lines.delete(nameOf(kind, key));
      else lines.set(nameOf(kind, key), JSON.stringify(entry));
    },
    toText() {
      return HEADER + [...lines].map(([name, entry]) => `${name}\t${entry}\n`).join('');
    },
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}
