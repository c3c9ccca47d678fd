import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Pixels } from '@limber/dataset-loader';
import { decodeUpright } from '@limber/dataset-loader';
import {
  cannotBeRead,
  describeStat,
  LimberError,
  mapInOrder,
  toSeenStat,
  writeFileAtomic,
} from '@limber/files';
import type { PersonBoxes, PredictedPose } from '@limber/pose-trainer';
import sharp from 'sharp';
import { probeVideo } from '../commands/predict/ffmpeg.ts';
import type { ImageFile } from '../commands/predict/image-files.ts';
import { readFrames } from '../commands/predict/video-frames.ts';
import type { FoundPoses, LabelJournal } from './label-journal.ts';

/** An image or a frame, and what the teacher found in it. */
export interface LabelledItem extends FoundPoses {
  /** Relative to the folder that was named; of a frame, below a folder of its video's name. */
  readonly name: string;
  /** The file to copy. */
  readonly path: string;
  /** Of an image; frames are numbered later. */
  readonly imageId?: number;
  /** The video that a frame is of: splits do not cut it. */
  readonly group?: string;
}

/** An image that cannot be read. */
interface UnreadableItem {
  readonly file: string;
  readonly reason: string;
}

/** What finding needs of everything else. */
export interface PoseFinding {
  readonly journal: LabelJournal;
  /** Asked only for images that the journal does not know. */
  readonly predict: (
    pixels: Pixels,
    boxes: PersonBoxes | undefined,
  ) => Promise<readonly PredictedPose[]>;
  readonly signal: AbortSignal;
}

const imagesAhead = 3;

/**
 * Labels images, one after the other.
 *
 * @param boxesOf - where the persons are; undefined: a detector finds them.
 * @throws {LimberError} `missing-file`; `invalid-image` unless bad images are skipped; the reason of the signal.
 */
export async function* findInImages(
  files: readonly ImageFile[],
  { journal, predict, signal }: PoseFinding,
  {
    boxesOf,
    skipBadImages,
  }: {
    readonly boxesOf: (file: ImageFile) => PersonBoxes | undefined;
    readonly skipBadImages: boolean;
  },
): AsyncGenerator<LabelledItem | UnreadableItem, void, undefined> {
  const read = async ({ path }: ImageFile): Promise<ReadImage> => {
    const key = `${path} ${await lookAt(path)}`;
    const found = journal.find(key);
    if (found !== undefined) return { type: 'known', found };
    try {
      return { type: 'new', key, pixels: await decodeUpright(path) };
    } catch (cause) {
      const reason = (cause as Error).message;
      if (skipBadImages) return { type: 'bad', reason };
      const what = 'not a readable image';
      const fix = 'Pass --skip-bad-images to leave such images out.';
      throw new LimberError('invalid-image', { where: path, what, got: reason, fix }, { cause });
    }
  };
  const images = mapInOrder(files, { concurrency: imagesAhead }, async (file) => ({
    file,
    image: await read(file),
  }));
  for await (const { file, image } of images) {
    signal.throwIfAborted();
    const { name, path, imageId } = file;
    if (image.type === 'bad') {
      yield { file: path, reason: image.reason };
      continue;
    }
    if (image.type === 'known') {
      yield { name, path, imageId, ...image.found };
      continue;
    }
    const { key, pixels } = image;
    const found = { size: pixels.size, poses: await predict(pixels, boxesOf(file)) };
    await journal.add(key, found);
    yield { name, path, imageId, ...found };
  }
}

type ReadImage =
  | { readonly type: 'known'; readonly found: FoundPoses }
  | { readonly type: 'new'; readonly key: string; readonly pixels: Pixels }
  | { readonly type: 'bad'; readonly reason: string };

/**
 * Labels frames of a video, at a constant rate, and calls them by their numbers in it, from 1. Each is kept as a JPEG in
 * the working folder.
 *
 * @throws {LimberError} as ffmpeg's; the reason of the signal.
 */
export async function* findInVideo(
  video: string,
  { journal, predict, signal }: PoseFinding,
  {
    framesPerSecond,
    framesFolder,
    boxes,
  }: {
    readonly framesPerSecond: number;
    readonly framesFolder: string;
    readonly boxes: PersonBoxes | undefined;
  },
): AsyncGenerator<LabelledItem, void, undefined> {
  const seen = await lookAt(video);
  const { framesPerSecond: all } = await probeVideo(video);
  const part = Math.min(1, framesPerSecond / all);
  const group = basename(video, extname(video));
  let number = 0;
  for await (const pixels of readFrames(video, all)) {
    signal.throwIfAborted();
    number += 1;
    const isTaken = Math.floor((number - 1) * part) > Math.floor((number - 2) * part);
    if (!isTaken) continue;
    const name = `${group}/${String(number).padStart(6, '0')}.jpg`;
    const path = join(framesFolder, name);
    const key = `${video} ${seen} ${number}`;
    const known = existsSync(path) ? journal.find(key) : undefined;
    const found = known ?? { size: pixels.size, poses: await predict(pixels, boxes) };
    if (known === undefined) {
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, await toJpeg(pixels));
      await journal.add(key, found);
    }
    yield { name, path, group, ...found };
  }
}

/** Of frames: nothing is seen of the compression. */
const jpegQuality = 95;

function toJpeg({ data, size: { height, width } }: Pixels): Promise<Buffer> {
  const image = sharp(data, { raw: { height, width, channels: 3 } });
  return image.jpeg({ quality: jpegQuality }).toBuffer();
}

async function lookAt(path: string): Promise<string> {
  try {
    return describeStat(toSeenStat(await stat(path)));
  } catch (cause) {
    throw cannotBeRead(path, cause);
  }
}
