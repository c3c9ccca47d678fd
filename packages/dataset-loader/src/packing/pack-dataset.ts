import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Part } from '@limber/files';
import {
  availableProcessors,
  LimberError,
  mapInOrder,
  rangeOfPart,
  withStagingFolder,
} from '@limber/files';
import type { Size } from '@limber/keypoints';
import { readCoco } from '@limber/keypoints';
import { defaultAugmentation } from '../augmentations/augmentation-schema.ts';
import type { Augmentation } from '../augmentations/augmentation.ts';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { reachOf, widestReach } from '../regions/reach.ts';
import type { StoredReach } from '../regions/stored-region.ts';
import { encodeShard } from '../shards/encode-shard.ts';
import { sha256Of } from '../shards/sha256.ts';
import type { ShardEntry, ShardIndex, SkippedImage } from '../shards/shard-index.ts';
import { digestShards } from '../shards/shard-index.ts';
import type { ShardAbout } from '../shards/shard-schema.ts';
import { shardFormat } from '../shards/check-format.ts';
import { createShardSchema } from '../shards/shard-schema.ts';
import { digestParts } from '../shards/open-shard.ts';
import { cropPerson } from './crop-person.ts';
import { digestSource } from './digest-source.ts';
import { decodeImage, readImageFile } from './read-image.ts';
import type { ImagePersons } from './select-persons.ts';
import { selectPersons } from './select-persons.ts';
import { earlierShards, shardFile, writeAbout } from './shard-folder.ts';

/** A shard is closed when its images reach this size. */
const shardBytes = 64 * 2 ** 20;

/** What is packed, how, and where to. */
export interface PackOptions {
  /** COCO keypoint JSON, full or short form. */
  readonly annotations: string;
  /** The folder that `file_name` counts from. */
  readonly images: string;
  /** The folder to write: missing, empty, or shards that are replaced. */
  readonly out: string;
  /** The largest model input to train with: crops keep the pixels that it needs. */
  readonly inputSize: Size;
  /** What to train with, also later ones: crops reach as far as all of them together. By default MMPose's default. */
  readonly augmentations?: readonly (Augmentation | null)[];
  /** What to do about an image that is cut, damaged, or not of the annotated size. */
  readonly corrupt: 'throw' | 'skip';
  /**
   * Which of `count` parts of the images is packed, from 0; `joinShards` makes one folder of all. By default all images are.
   */
  readonly part?: Part;
  /** How many images may be skipped before packing fails after all. By default a tenth of them, rounded up. */
  readonly skipLimit?: number;
  /** Called after each image. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Once it is aborted, packing ends before the next image and throws its reason: an `AbortError`. */
  readonly signal?: AbortSignal;
}

/**
 * Packs a COCO dataset into Arrow shards: one row per person, with the JPEG of the person's surroundings.
 *
 * Writes `shard-00000.arrow` …, `shards.json` and `annotations.json` (the ground truth, crowds and unlabelled
 * persons included). The folder appears whole or not at all; the same input gives the same bytes.
 *
 * A crop holds what the augmentations can show of its person, half of the body included, at 1.25 times the pixels of the
 * model's input, never enlarged; `crop_to_image` maps its pixels back exactly.
 *
 * @throws {LimberError} `missing-file`; `invalid-annotations`; `invalid-image` under `throw`;
 * `limit-exceeded` under `skip`; `invalid-argument` if `out` holds other files; the reason of `signal`,
 * once it is aborted.
 */
export async function packDataset(options: PackOptions): Promise<ShardIndex> {
  const { annotations, out, part, signal } = options;
  const { height, width } = options.inputSize;
  const reach = widestReach((options.augmentations ?? [defaultAugmentation]).map(reachOf));
  const stored: StoredReach = { inputSize: { height, width }, reach };
  const dataset = await readCoco(annotations);
  const { images: all, leftOut } = selectPersons(dataset, annotations);
  const images = part === undefined ? all : imagesOf(all, part);
  const source = digestSource(dataset, stored);
  return await withStagingFolder(
    out,
    async (staging) => {
      const about = { skeleton: dataset.skeleton, category: dataset.category, source };
      const { shards, skipped } = await writeShards(staging, { about, images, stored }, options);
      const summary: ShardIndex = {
        format: shardFormat,
        source,
        digest: digestShards(shards),
        ...(part && { part }),
        ...stored,
        rows: shards.reduce((sum, { rows }) => sum + rows, 0),
        images: images.length - skipped.length,
        leftOut,
        skipped,
        shards,
      };
      await writeAbout(staging, dataset, summary);
      return summary;
    },
    { replaceable: earlierShards, signal },
  );
}

/** Images of one part, which follow one another. */
function imagesOf(images: readonly ImagePersons[], part: Part): ImagePersons[] {
  const { index, count } = part;
  if (!(index >= 0 && index < count && count <= images.length)) {
    throw new LimberError('invalid-argument', {
      where: 'part',
      what: 'not a part of the images',
      expected: `an index below a count of at most ${images.length}`,
      got: `${index} of ${count}`,
    });
  }
  return images.slice(...rangeOfPart(images.length, part));
}

/** What shards are written of. */
interface PackedContent {
  readonly about: ShardAbout;
  readonly images: readonly ImagePersons[];
  readonly stored: StoredReach;
}

async function writeShards(
  staging: string,
  content: PackedContent,
  options: PackOptions,
): Promise<{ shards: ShardEntry[]; skipped: SkippedImage[] }> {
  const selected = content.images;
  const { skipLimit = Math.ceil(selected.length / 10), onProgress } = options;
  const schema = createShardSchema(content.about);
  const shards: ShardEntry[] = [];
  const skipped: SkippedImage[] = [];
  let rows: KeypointRow[] = [];
  const flush = async (): Promise<void> => {
    const file = shardFile(shards.length);
    const bytes = encodeShard(schema, rows);
    await writeFile(join(staging, file), bytes);
    shards.push({
      file,
      rows: rows.length,
      sizeBytes: bytes.length,
      sha256: sha256Of(bytes),
      parts: digestParts(join(staging, file)),
    });
    rows = [];
  };
  let done = 0;
  let imageBytes = 0;
  const concurrency = availableProcessors();
  const packed = mapInOrder(selected, { concurrency }, (item) => packImage(item, content, options));
  for await (const result of packed) {
    options.signal?.throwIfAborted();
    if (result.type === 'packed') {
      rows.push(...result.rows);
      imageBytes += result.rows.reduce((sum, { image }) => sum + image.length, 0);
    } else {
      skipped.push(result.skipped);
      checkLimit(skipped, skipLimit, options.annotations);
    }
    if (imageBytes >= shardBytes) {
      await flush();
      imageBytes = 0;
    }
    onProgress?.({ done: ++done, total: selected.length });
  }
  if (rows.length > 0) await flush();
  if (shards.length === 0) checkLimit(skipped, skipped.length - 1, options.annotations);
  return { shards, skipped };
}

type PackedImage =
  | { readonly type: 'packed'; readonly rows: readonly KeypointRow[] }
  | { readonly type: 'skipped'; readonly skipped: SkippedImage };

async function packImage(
  { image, persons }: ImagePersons,
  { about: { skeleton }, stored }: PackedContent,
  { images, corrupt }: PackOptions,
): Promise<PackedImage> {
  const bytes = await readImageFile(images, image);
  try {
    const pixels = await decodeImage(bytes, images, image);
    const rows = persons.map((person) => cropPerson(pixels, { image, person, skeleton }, stored));
    return { type: 'packed', rows: await Promise.all(rows) };
  } catch (error) {
    const isCorrupt = error instanceof LimberError && error.code === 'invalid-image';
    if (!isCorrupt || corrupt === 'throw') throw error;
    const annotationIds = persons.map(({ id }) => id);
    // without the folder, so that the same dataset gives the same bytes wherever it lies
    const reason = error.message.replace(`${error.where}: `, '');
    const skipped = { imageId: image.id, file: image.file_name, annotationIds, reason };
    return { type: 'skipped', skipped };
  }
}

function checkLimit(skipped: readonly SkippedImage[], limit: number, where: string): void {
  if (skipped.length <= limit) return;
  const last = skipped.at(-1)!;
  throw new LimberError('limit-exceeded', {
    where,
    what: 'too many unreadable images',
    expected: `at most ${limit}`,
    got: `${skipped.length}, the last one ${last.file}: ${last.reason.replace(/\.$/, '')}`,
    fix: 'Repair them, or raise skipLimit.',
  });
}
