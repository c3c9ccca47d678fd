import { posix } from 'node:path';
import { groupBy } from './group-by.ts';

/** What images share that must stay in one split. */
export type GroupRule = 'auto' | 'folder' | 'prefix' | 'none';

/** The group of each image, and the rule in words. */
export interface DecidedGroups {
  /** undefined: the image is a group of its own. */
  groupOf(fileName: string): string | undefined;
  readonly decision: string;
}

/** Names that cameras and tools give to single photographs; their numbers are no frames of a clip. */
const cameraPrefix = /^(img|dscn?|dscf|dji|pxl|gopr|p|photo|image|im|picture|frame|coco_\w+)$/i;
const splitFolder = /^(train|val|valid|validation|test|images?)(ing)?\d*$/i;
/** Frames of a clip are numbered without many gaps: at most this many numbers an image. */
const numbersPerFrame = 30;

/**
 * Decides what the images of a source without groups of their own share.
 *
 * - `folder`: the folder that a file lies in
 * - `prefix`: its name before the last number
 * - `auto`: folders, if at least two hold numbered files (`clip1/0001.jpg`); else prefixes, if all files are numbered
 *   and at least two prefixes have several, and are not those of cameras (`clip1_0001.jpg`); else nothing
 */
export function decideGroups(fileNames: readonly string[], rule: GroupRule): DecidedGroups {
  const byFolder = { groupOf: folderOf, decision: 'images of one folder are a group' };
  const byPrefix = { groupOf: prefixOf, decision: 'images of one file-name prefix are a group' };
  const alone = { groupOf: () => undefined, decision: 'every image is a group of its own' };
  switch (rule) {
    case 'folder':
      return byFolder;
    case 'prefix':
      return byPrefix;
    case 'none':
      return alone;
    case 'auto':
      break;
  }
  const folders = groupBy(fileNames, (name) => folderOf(name) ?? '');
  const clips = [...folders].filter(
    ([folder, names]) =>
      !splitFolder.test(posix.basename(folder)) && folder !== '' && areFrames(names),
  );
  if (clips.length >= 2) {
    return { ...byFolder, decision: `${byFolder.decision}: ${example(clips)} (by their names)` };
  }
  const prefixes = [...groupBy(fileNames, (name) => prefixOf(name) ?? '')];
  const isClip = ([prefix, names]: [string, string[]]): boolean =>
    prefix !== '' && !cameraPrefix.test(posix.basename(prefix)) && areFrames(names);
  if (prefixes.length >= 2 && prefixes.every(isClip)) {
    return { ...byPrefix, decision: `${byPrefix.decision}: ${example(prefixes)} (by their names)` };
  }
  return alone;
}

function folderOf(fileName: string): string | undefined {
  const folder = posix.dirname(fileName);
  return folder === '.' ? undefined : folder;
}

function prefixOf(fileName: string): string | undefined {
  const prefix = /^(.*?)[_\-. ]*\d+\.[^./]+$/.exec(fileName)?.[1];
  return prefix === '' ? undefined : prefix;
}

function areFrames(names: readonly string[]): boolean {
  const numbers = names.map((name) => Number(/(\d+)\.[^./]+$/.exec(name)?.[1] ?? Number.NaN));
  if (numbers.length < 2 || numbers.some((number) => Number.isNaN(number))) return false;
  const [low, high] = numbers.reduce(
    ([least, most], number) => [Math.min(least, number), Math.max(most, number)],
    [Infinity, -Infinity],
  );
  return (high - low) / numbers.length <= numbersPerFrame;
}

function example(groups: readonly (readonly [string, readonly string[]])[]): string {
  const [first, second] = groups.map(([name]) => `"${name}"`);
  return groups.length > 2
    ? `${first}, ${second} and ${groups.length - 2} more`
    : `${first}, ${second}`;
}
