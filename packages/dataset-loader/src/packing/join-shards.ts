import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LimberError, withStagingFolder } from '@limber/files';
import { readCoco } from '@limber/keypoints';
import { annotationsFile } from '../datasets/keypoint-dataset.ts';
import type { ShardEntry, ShardIndex } from '../shards/shard-index.ts';
import { digestShards, readShardIndex } from '../shards/shard-index.ts';
import { earlierShards, shardFile, writeAbout } from './shard-folder.ts';

/**
 * Makes one folder of shards of all parts of a dataset that were packed one by one: the rows of `packDataset` without parts, in
 * its order. The shards are cloned where the file system can, else copied.
 *
 * @param folders - of all parts, in any order.
 * @param out - the folder to write: missing, empty, or shards that are replaced.
 * @throws {LimberError} `invalid-argument` if they are not the parts of one dataset, or not all of them; as `packDataset`.
 */
export async function joinShards(
  folders: readonly string[],
  out: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ShardIndex> {
  const parts = await readParts(folders);
  return await withStagingFolder(
    out,
    async (staging) => {
      const shards: ShardEntry[] = [];
      for (const { folder, index } of parts) {
        for (const entry of index.shards) {
          signal?.throwIfAborted();
          const file = shardFile(shards.length);
          await copyFile(join(folder, entry.file), join(staging, file), constants.COPYFILE_FICLONE);
          shards.push({ ...entry, file });
        }
      }
      const [{ index: first, folder }] = parts as [PackedPart];
      const { part: _, ...about } = first;
      const skipped = parts.flatMap(({ index }) => index.skipped);
      const total = (of: 'rows' | 'images'): number =>
        parts.reduce((sum, { index }) => sum + index[of], 0);
      const digest = digestShards(shards);
      const joined = { ...about, digest, rows: total('rows'), images: total('images') };
      const summary: ShardIndex = { ...joined, skipped, shards };
      await writeAbout(staging, await readCoco(join(folder, annotationsFile)), summary);
      return summary;
    },
    { replaceable: earlierShards, ...(signal && { signal }) },
  );
}

interface PackedPart {
  readonly folder: string;
  readonly index: ShardIndex;
}

/** In their order. */
async function readParts(folders: readonly string[]): Promise<PackedPart[]> {
  const read = await Promise.all(
    folders.map(async (folder) => ({ folder, index: await readShardIndex(folder) })),
  );
  const parts = read.toSorted((a, b) => (a.index.part?.index ?? 0) - (b.index.part?.index ?? 0));
  const source = parts[0]?.index.source;
  const areAll = parts.every(
    ({ index }, at) =>
      index.part?.index === at && index.part.count === parts.length && index.source === source,
  );
  if (parts.length > 0 && areAll) return parts;
  throw new LimberError('invalid-argument', {
    where: folders.join(', ') || 'joinShards',
    what: 'not the parts of one dataset, as they were packed with one set of options',
    expected: 'each part once',
    got: parts
      .map(({ index: { part } }) => (part ? `part ${part.index} of ${part.count}` : 'a whole one'))
      .join(', '),
  });
}
