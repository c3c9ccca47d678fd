import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '@limber/files';
import { parseJson } from '../json.ts';

/** The text of a file; undefined if it does not exist, or is no file. */
export function readText(path: string): string | undefined {
  return unlessMissing(() => (statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined));
}

/**
 * The content of a JSON file.
 *
 * @returns undefined if it does not exist or is not JSON: all such files can be made again, so a
 *   damaged one counts as missing.
 */
export function readJson(path: string): unknown {
  const text = readText(path);
  return text === undefined ? undefined : parseJson(text);
}

/** The names in a folder, sorted; none if it does not exist. */
export function listFolder(folder: string): string[] {
  return unlessMissing(() => readdirSync(folder).sort()) ?? [];
}

/** The names of what lies two folders deep, put together: those of objects and artifacts. */
export function listStored(root: string): string[] {
  return listFolder(root).flatMap((prefix) =>
    listFolder(join(root, prefix)).map((name) => `${prefix}${name}`),
  );
}

/** What `read` returns; undefined if the file or folder that it reads does not exist. */
export function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
