import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * Makes a folder below `root`. A symbolic link on the way to it is removed first: what lies behind one
 * does not belong to the store.
 */
export function makeOwnFolder(root: string, path: string): void {
  let folder = root;
  for (const name of relative(root, path).split(sep)) {
    folder = join(folder, name);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) break;
    if (!found.isDirectory()) rmSync(folder);
  }
  mkdirSync(path, { recursive: true });
}

/** Removes a file or folder below `root`, but nothing that lies behind a symbolic link. */
export function removeOwn(root: string, path: string): void {
  makeOwnFolder(root, dirname(path));
  rmSync(path, { recursive: true, force: true });
}
