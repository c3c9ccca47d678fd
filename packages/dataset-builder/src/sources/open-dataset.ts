import { LimberError } from '@limber/files';
import { readSkeleton } from '@limber/keypoints';
import { coco } from './coco-folder.ts';
import { cvat } from './cvat.ts';
import type { Format, OpenedFormat, ReadingOptions } from './format.ts';
import { labelMe } from './labelme.ts';
import { labelStudio } from './label-studio.ts';
import { listFolder } from './listing.ts';
import { mpii } from './mpii.ts';
import { photographs } from './photographs.ts';
import { videoFrames } from './video-frames.ts';
import { yoloPose } from './yolo-pose.ts';

/** The name of a format, by which a user chooses one. */
export type FormatName =
  'coco' | 'yolo-pose' | 'cvat' | 'label-studio' | 'labelme' | 'mpii' | 'video' | 'images';

/** The formats that are recognised. */
export const formats: Readonly<Record<FormatName, Format>> = {
  coco,
  'yolo-pose': yoloPose,
  cvat,
  'label-studio': labelStudio,
  labelme: labelMe,
  mpii,
  video: videoFrames,
  images: photographs,
};

/** How a dataset is opened. */
export interface OpenOptions extends Omit<ReadingOptions, 'skeleton'> {
  /** A file that states sigmas, pairs and limbs of the joints. */
  readonly skeleton?: string;
  /** The format; by default it is recognised. */
  readonly format?: FormatName;
}

/** What was opened, and what was decided on the way. */
export interface OpenedDataset extends OpenedFormat {
  readonly format: FormatName;
}

/** Formats that any folder of another one looks like, too. */
const lastResorts: readonly FormatName[] = ['images'];

/**
 * Opens whatever dataset lies in a folder, or is described by a file, as sources to build from. The format is recognised by
 * looking at the files. `decisions` says what was found and what was chosen, for the screen.
 *
 * @throws {LimberError} `missing-file` if there is nothing that can be read; `invalid-argument` naming the candidates if
 * several formats are there; `invalid-annotations`, naming file and place, for a fault in a file.
 */
export async function openDataset(path: string, options: OpenOptions = {}): Promise<OpenedDataset> {
  const { format, skeleton, images, ...rest } = options;
  const listing = await listFolder(path);
  const found = await findFormats(listing, format);
  const [first, ...others] = found;
  if (first === undefined) throw nothingFound(path, format);
  if (others.length > 0) throw several(path, found);
  const reading = {
    listing,
    images: images === undefined ? listing : await listFolder(images),
    options: {
      ...rest,
      ...(skeleton === undefined ? {} : { skeleton: await readSkeleton(skeleton) }),
    },
  };
  const opened = await formats[first.name].open(first.files, reading);
  return {
    format: first.name,
    sources: opened.sources,
    decisions: opened.decisions.map((decision) => `${formats[first.name].title}: ${decision}`),
  };
}

interface Found {
  readonly name: FormatName;
  readonly files: readonly string[];
}

async function findFormats(
  listing: Awaited<ReturnType<typeof listFolder>>,
  format: FormatName | undefined,
): Promise<readonly Found[]> {
  const names = format === undefined ? (Object.keys(formats) as FormatName[]) : [format];
  const all = await Promise.all(
    names.map(async (name): Promise<Found> => ({ name, files: await formats[name].find(listing) })),
  );
  const found = all.filter(({ files }) => files.length > 0);
  // frames of videos are named by COCO files, so those two are found together
  const isVideo = found.some(({ name }) => name === 'video');
  const own = found.filter(
    ({ name }) => !lastResorts.includes(name) && !(isVideo && name === 'coco'),
  );
  return own.length > 0 ? own : found;
}

function several(path: string, found: readonly Found[]): LimberError {
  const listed = found.map(({ name, files }) => {
    const more = files.length > 1 ? ` and ${files.length - 1} more` : '';
    return `${name} (${files[0]}${more})`;
  });
  return new LimberError('invalid-argument', {
    where: path,
    what: 'annotations of several formats',
    expected: 'those of one',
    got: listed.join(', '),
    fix: `Name one of the files, or the format: --format ${found[0]!.name}.`,
  });
}

function nothingFound(path: string, format: FormatName | undefined): LimberError {
  const wanted = format === undefined ? Object.values<Format>(formats) : [formats[format]];
  return new LimberError('missing-file', {
    where: path,
    what: 'no annotations were found',
    expected: wanted.map(({ title, looksLike }) => `${title} (${looksLike})`).join(', or '),
    got: 'none of these',
  });
}
