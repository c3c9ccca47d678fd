import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { cannotBeRead } from '@limber/files';
import type { FileHead } from './file-head.ts';
import { headBytes, parseHead } from './file-head.ts';

/** The files of a folder that may hold a dataset. Every path is below `root`, with `/`. */
export interface Listing {
  readonly root: string;
  /** In order of their names. */
  readonly files: readonly string[];
  /** The one file that the user named, so that no other counts as annotations. */
  readonly named?: string;
  /** How a file begins; read once. */
  headOf(file: string): Promise<FileHead>;
  /** The whole path of a file. */
  pathOf(file: string): string;
}

/** Folders in which annotation tools put their files beside the images. */
const annotationFolders = new Set(['annotations', 'annotation', 'annot', 'labels']);

/**
 * Lists what lies in a folder, or around a file: in its folder, or in the one above if that is for annotations.
 * Hidden files and folders are left out.
 *
 * @throws {LimberError} `missing-file` if there is nothing at the path.
 */
export async function listFolder(path: string): Promise<Listing> {
  const found = await stat(path).catch((cause: unknown) => {
    throw cannotBeRead(path, cause, { expected: 'a folder or a file of annotations' });
  });
  const folder = found.isDirectory() ? path : dirname(path);
  const isAbove = !found.isDirectory() && annotationFolders.has(basename(folder).toLowerCase());
  const root = isAbove ? dirname(folder) : folder;
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !/(^|\/)(\.|node_modules\/)/.test(file))
    .sort();
  const heads = new Map<string, Promise<FileHead>>();
  // of a hundred thousand files nearly all begin alike
  const known = new Map<string, FileHead>();
  const shared = (head: FileHead): FileHead => {
    const key = JSON.stringify([head.type, ...head.keys]);
    if (!known.has(key)) known.set(key, head);
    return known.get(key)!;
  };
  return {
    root,
    files,
    ...(found.isDirectory() ? {} : { named: relative(root, path).split(sep).join('/') }),
    headOf: (file) => {
      const head = heads.get(file) ?? readHead(join(root, file)).then(shared);
      heads.set(file, head);
      return head;
    },
    pathOf: (file) => join(root, file),
  };
}

/** The files of a listing that may be annotations: those with an ending, or the one that was named. */
export function candidates({ files, named }: Listing, ...endings: readonly string[]): string[] {
  const isOf = (file: string): boolean =>
    endings.some((ending) => file.toLowerCase().endsWith(ending));
  return (named === undefined ? files : [named]).filter(isOf);
}

/** Whether sharp reads a file of this name. */
export function isImageName(file: string): boolean {
  return /\.(jpe?g|png|webp|avif|tiff?|gif)$/i.test(file);
}

async function readHead(path: string): Promise<FileHead> {
  const file = await open(path).catch(() => null);
  if (file === null) return { type: 'other', keys: new Set() };
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return parseHead(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
