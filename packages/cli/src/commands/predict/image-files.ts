import { stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { isMissing, LimberError } from '@limber/files';
import { glob, isDynamicPattern } from 'tinyglobby';

/** An image that was named on the command line. */
export interface ImageFile {
  /** As it can be opened. */
  readonly path: string;
  /** Relative to the folder that was named, with forward slashes; else its own name. */
  readonly name: string;
  /** Where the drawn image goes: unique, a JPEG. */
  readonly drawnName: string;
  readonly imageId: number;
}

const extensions = ['jpg', 'jpeg', 'png', 'webp', 'avif', 'tif', 'tiff', 'gif'];

/**
 * Finds the images that some words of a command line mean, sorted by name.
 *
 * @param patterns - files, folders (all images below them) or globs.
 * @param imageIds - ids of a COCO file, by file name; other images are counted from 1.
 * @throws {LimberError} `missing-file` if a word means no image.
 */
export async function findImages(
  patterns: readonly string[],
  imageIds: ReadonlyMap<string, number> = new Map(),
): Promise<ImageFile[]> {
  const found = new Map<string, { path: string; name: string }>();
  for (const pattern of patterns) {
    for (const file of await expand(pattern)) found.set(resolve(file.path), file);
  }
  const used = new Set(imageIds.values());
  const drawn = new Set<string>();
  let last = 0;
  const unusedId = (): number => {
    do last += 1;
    while (used.has(last));
    return last;
  };
  return [...found.values()].map(({ path, name }) => {
    const imageId = imageIds.get(name) ?? imageIds.get(basename(name)) ?? unusedId();
    return { path, name, imageId, drawnName: uniqueName(name, '.jpg', drawn) };
  });
}

async function expand(pattern: string): Promise<{ path: string; name: string }[]> {
  const kind = await kindOf(pattern);
  if (kind === 'file') return [{ path: pattern, name: basename(pattern) }];
  const isGlob = kind === undefined && isDynamicPattern(pattern);
  const folder = isGlob ? '.' : pattern;
  const search = isGlob ? pattern : `**/*.{${extensions.join(',')}}`;
  const options = { cwd: folder, caseSensitiveMatch: false, expandDirectories: false };
  const names = kind === undefined && !isGlob ? [] : await glob(search, options);
  if (names.length > 0) {
    const files = names.toSorted().map((name) => join(folder, name));
    return files.map((path) => ({
      path,
      name: relative(folder, path).split(sep).join('/'),
    }));
  }
  throw new LimberError('missing-file', {
    where: pattern,
    what: kind === undefined ? 'no such file or folder' : 'no image in this folder',
    expected: `images (${extensions.join(', ')}), a folder of them, or a glob`,
  });
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * A name below a folder that is written: what would leave the folder, or is taken, becomes another.
 *
 * @param ending - in the place of the name's own.
 */
export function uniqueName(name: string, ending: string, taken: Set<string>): string {
  const inside = name.replaceAll('../', '').replace(/\.[^./]+$/, '');
  let unique = `${inside}${ending}`;
  for (let number = 2; taken.has(unique); number += 1) unique = `${inside}-${number}${ending}`;
  taken.add(unique);
  return unique;
}
