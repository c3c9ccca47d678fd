import { availableProcessors, LimberError, mapInOrder } from '@limber/files';
import type { Size } from '@limber/keypoints';
import { posix } from 'node:path';
import type { Format } from './format.ts';
import { filesWith, nameOfFolder } from './format.ts';
import { readImageSize } from './image-size.ts';
import type { LabelledImage } from './labelled-images.ts';
import { createLabelledSource } from './labelled-images.ts';
import type { Listing } from './listing.ts';
import { candidates, isImageName } from './listing.ts';
import { readText } from './read-annotation-file.ts';
import type { SplitName } from './source.ts';
import { parseLabels } from './yolo-labels.ts';
import type { YoloData } from './yolo-data.ts';
import { readYoloData } from './yolo-data.ts';

/**
 * Ultralytics YOLO-pose: a YAML file with `kpt_shape`, images, and beside each `images/` a `labels/` with one text file
 * an image and one line a person. An image without a text file has no persons, as Ultralytics has it.
 */
export const yoloPose: Format = {
  title: 'Ultralytics YOLO-pose',
  looksLike: 'data.yaml with kpt_shape, and labels/*.txt',
  find: (listing) =>
    filesWith(listing, candidates(listing, '.yaml', '.yml'), ({ keys }) => keys.has('kpt_shape')),
  async open(files, { listing, options }) {
    const { skeleton, strict = false, split } = options;
    const sources = [];
    const decisions: string[] = [];
    for (const file of files) {
      const data = await readYoloData(listing.pathOf(file), skeleton);
      const own =
        files.length > 1 ? nameOfFolder(file.replace(/\.ya?ml$/i, '')) : nameOfFolder(listing.root);
      const images = await readImages(data, { listing, file, split });
      decisions.push(
        `${file}: ${images.length} images of ${[...new Set(images.map((one) => one.split))].join(', ')}`,
      );
      const { category, derivations } = data;
      sources.push(
        createLabelledSource({
          name: own,
          category,
          derivations,
          strict,
          images,
          ...(skeleton && { skeleton }),
        }),
      );
    }
    return { sources, decisions };
  },
};

interface Place {
  readonly listing: Listing;
  /** The YAML file. */
  readonly file: string;
  readonly split: SplitName | undefined;
}

async function readImages(data: YoloData, place: Place): Promise<LabelledImage[]> {
  const { listing, file } = place;
  const known = new Set(listing.files);
  const folder = posix.dirname(file);
  const lists = await readLists(data, { folder, listing });
  const wanted = (['train', 'val', 'test'] as const).flatMap((split) =>
    data.splits[split].flatMap((entry) => {
      const where = { ...data, folder, listing, known };
      const images =
        lists.get(entry)?.flatMap((line) => imagesOf(line, where)) ?? imagesOf(entry, where);
      if (images.length === 0) throw noImages(listing.pathOf(file), split, entry);
      return images.map((image) => ({ image, split: place.split ?? split }));
    }),
  );
  // an image of several splits stays in the first
  const distinct = [
    ...new Map(wanted.toReversed().map((one) => [one.image, one])).values(),
  ].reverse();
  const images: LabelledImage[] = [];
  const concurrency = availableProcessors() * 2;
  const read = mapInOrder(
    distinct,
    { concurrency },
    async ({ image, split }): Promise<LabelledImage> => {
      const path = listing.pathOf(image);
      const label = labelOf(image);
      const size = await readImageSize(path, path);
      const isLabelled = known.has(label) && !(size instanceof LimberError);
      const persons = isLabelled
        ? parseLabels(await readText(listing.pathOf(label)), {
            file: listing.pathOf(label),
            size: size as Size,
            data,
          })
        : [];
      return { where: path, fileName: image.replace(/^images\//, ''), path, size, split, persons };
    },
  );
  for await (const image of read) images.push(image);
  return images;
}

/** The lines of the text files that splits name, each an image. */
async function readLists(
  { splits }: YoloData,
  { folder, listing }: { readonly folder: string; readonly listing: Listing },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const lists = new Map<string, readonly string[]>();
  for (const entry of Object.values(splits).flat()) {
    const file = posix.join(folder, tidy(entry));
    if (!entry.endsWith('.txt') || !listing.files.includes(file)) continue;
    const text = await readText(listing.pathOf(file));
    lists.set(
      entry,
      text.split(/\r?\n/).filter((line) => line.trim() !== ''),
    );
  }
  return lists;
}

/** A path below the folder, however it begins. */
function tidy(text: string): string {
  return posix
    .normalize(text.trim().replaceAll('\\', '/'))
    .replace(/^(\.?\.?\/)+/, '')
    .replace(/\/$/, '');
}

/** What an entry such as `images/train`, `../train/images` (Roboflow) or `/elsewhere/data/images/train` means here. */
function imagesOf(
  entry: string,
  {
    path,
    folder,
    listing,
    known,
  }: YoloData & { folder: string; listing: Listing; known: ReadonlySet<string> },
): string[] {
  const bases = [posix.join(folder, tidy(path)), folder, '.'];
  for (const base of bases) {
    const start = tidy(posix.join(base, tidy(entry)));
    if (isImageName(start)) {
      if (known.has(start)) return [start];
      continue;
    }
    const prefix = start === '.' || start === '' ? '' : `${start}/`;
    const found = listing.files.filter((name) => name.startsWith(prefix) && isImageName(name));
    if (found.length > 0) return found;
  }
  return [];
}

/** Ultralytics' rule: the last `images` of the path becomes `labels`. */
function labelOf(image: string): string {
  const at = `/${image}`.lastIndexOf('/images/');
  const moved =
    at < 0 ? image : `${image.slice(0, at)}labels/${image.slice(at + 'images/'.length)}`;
  return moved.replace(/\.[^./]+$/, '.txt');
}

function noImages(file: string, split: string, entry: string): LimberError {
  return new LimberError('missing-file', {
    where: `${file}: ${split}`,
    what: 'no images there',
    expected: 'a folder of images below the folder of the file',
    got: `"${entry}"`,
  });
}
