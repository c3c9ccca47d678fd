import { lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How everything around the workspace looks: a change of content changes the time of the last change. */
export function look(folder: string, except: readonly string[]): string[] {
  return [folder, ...readdirSync(folder).map((name) => join(folder, name))].flatMap((path) => {
    if (except.includes(path)) return [];
    if (path !== folder && lstatSync(path).isDirectory()) return look(path, except);
    return [`${path} ${stampOf(path)}`];
  });
}

function stampOf(path: string): string | undefined {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found && [found.mode, found.mtimeMs, found.ctimeMs, found.ino, found.size].join(' ');
}

/** A file as it was. */
export interface Kept {
  readonly text: string;
  stamp: string | undefined;
}

/** Everything in some folders, to be put back by {@link restore}. */
export function readAll(folders: readonly string[]): Map<string, Kept> {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Map(
    files.map((file) => [file, { text: readFileSync(file, 'utf8'), stamp: stampOf(file) }]),
  );
}

/** Puts back what was changed or removed, with its former mode where that matters. */
export function restore(kept: ReadonlyMap<string, Kept>): void {
  for (const [file, known] of kept) {
    if (stampOf(file) === known.stamp) continue;
    rmSync(file, { recursive: true, force: true });
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, known.text, { mode: file.endsWith('.x') ? 0o755 : 0o644 });
    known.stamp = stampOf(file);
  }
}
