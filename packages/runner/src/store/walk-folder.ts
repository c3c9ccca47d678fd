import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One file in a folder, or an empty folder. */
export interface WalkedEntry {
  /** Relative to the folder, `/`-separated; an empty folder ends in `/`. */
  readonly path: string;
  readonly absolute: string;
  /** Whether it is a symbolic link or lies behind one. */
  readonly isLinked: boolean;
}

/**
 * Lists all files of a folder, and its empty folders, sorted by path in byte order.
 *
 * Symbolic links are followed. Sockets, devices, broken links and links in a circle are errors.
 *
 * @throws {Error} naming the entry that has no content.
 */
export function walkFolder(root: string): WalkedEntry[] {
  const entries: WalkedEntry[] = [];
  const visit = (
    folder: string,
    prefix: string,
    isLinked: boolean,
    above: readonly string[],
  ): void => {
    const children = readdirSync(folder, { withFileTypes: true });
    if (children.length === 0 && prefix !== '') {
      entries.push({ path: prefix, absolute: folder, isLinked });
    }
    for (const child of children) {
      const absolute = join(folder, child.name);
      const path = `${prefix}${child.name}`;
      const isLink = isLinked || child.isSymbolicLink();
      const kind = child.isSymbolicLink() ? kindBehindLink(absolute, above) : child;
      if (kind.isFile()) entries.push({ path, absolute, isLinked: isLink });
      else if (kind.isDirectory()) {
        visit(absolute, `${path}/`, isLink, [...above, join(above.at(-1)!, child.name)]);
      } else throw new Error(`${absolute} is neither a file nor a folder.`);
    }
  };
  visit(root, '', false, [realpathSync(root)]);
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
}

function kindBehindLink(link: string, above: readonly string[]): Kind {
  const found = statSync(link, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`${link} is a symbolic link to nothing.`);
  if (found.isDirectory() && above.includes(realpathSync(link))) {
    throw new Error(`${link} is a symbolic link to a folder around it.`);
  }
  return found;
}
