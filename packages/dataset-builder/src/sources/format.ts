import { mapInOrder } from '@limber/files';
import type { CategoryJoints } from '@limber/keypoints';
import type { FileHead } from './file-head.ts';
import type { Listing } from './listing.ts';
import type { Source, SplitName } from './source.ts';

/** What holds for whichever format a dataset has. */
export interface ReadingOptions {
  /** The folder of the images, if they are not below the folder of the annotations. */
  readonly images?: string;
  /** Sigmas, pairs and limbs of the joints, from a skeleton file. */
  readonly skeleton?: CategoryJoints;
  /** Refuse what is doubtful, instead of listing it. */
  readonly strict?: boolean;
  /** The split that every image stays in; without it, `buildDataset` draws one for each group. */
  readonly split?: SplitName;
  /** The field of a COCO image that names its group. By default `group`. */
  readonly groupField?: string;
}

/** Sources, and what was decided about them, a sentence each for the screen. */
export interface OpenedFormat {
  readonly sources: readonly Source[];
  readonly decisions: readonly string[];
}

/** A format of annotations. */
export interface Format {
  /** As its tool is called. */
  readonly title: string;
  /** What to look for, for the message when nothing was found. */
  readonly looksLike: string;
  /** The files of this format in a listing; none: it is not there. */
  find(listing: Listing): Promise<readonly string[]>;
  open(
    files: readonly string[],
    reading: {
      readonly listing: Listing;
      readonly images: Listing;
      readonly options: ReadingOptions;
    },
  ): Promise<OpenedFormat>;
}

/** The last folder of a path, as the name of its source. */
export function nameOfFolder(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .filter((part) => part !== '' && part !== '.')
      .at(-1) ?? 'dataset'
  );
}

/** A system lets a process open some hundred files at once. */
const openedAtOnce = 32;

/** The files whose beginnings are as a test says, in their order. */
export async function filesWith(
  listing: Listing,
  files: readonly string[],
  test: (head: FileHead) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  const heads = mapInOrder(files, { concurrency: openedAtOnce }, async (file) => ({
    file,
    head: await listing.headOf(file),
  }));
  for await (const { file, head } of heads) if (test(head)) found.push(file);
  return found;
}
