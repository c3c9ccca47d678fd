import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Replaceable } from '@limber/files';
import type { CocoDataset } from '@limber/keypoints';
import { cocoJsonParts } from '@limber/keypoints';
import { annotationsFile } from '../datasets/keypoint-dataset.ts';
import type { ShardIndex } from '../shards/shard-index.ts';
import { indexFile } from '../shards/shard-index.ts';

/** Folders of shards may be replaced by others. */
export const earlierShards: Replaceable = {
  what: 'shards',
  test: (entries) => entries.includes(indexFile),
};

/** The name of a folder's shard, by its place. */
export function shardFile(index: number): string {
  return `shard-${String(index).padStart(5, '0')}.arrow`;
}

/** Writes what a folder of shards says of itself: its annotations, without the images that were skipped, and its index. */
export async function writeAbout(
  folder: string,
  dataset: CocoDataset,
  index: ShardIndex,
): Promise<void> {
  const skipped = new Set(index.skipped.map(({ imageId }) => imageId));
  const kept = {
    ...dataset,
    images: dataset.images.filter(({ id }) => !skipped.has(id)),
    annotations: dataset.annotations.filter(({ image_id }) => !skipped.has(image_id)),
  };
  await writeFile(join(folder, annotationsFile), cocoJsonParts(kept));
  await writeFile(join(folder, indexFile), `${JSON.stringify(index, null, 2)}\n`);
}
