import { join, resolve } from 'node:path';
import type { CocoCategory, Size, Skeleton } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import type { ShardIndex } from '../shards/shard-index.ts';
import { readShardIndex } from '../shards/shard-index.ts';
import { Shard } from '../shards/shard.ts';
import type { KeypointRow } from './keypoint-row.ts';

/** The ground truth beside the shards, as COCO JSON in full form. */
export const annotationsFile = 'annotations.json';

/**
 * A folder of shards, open for reading any row in O(1). Only the footers are in memory, so a dataset may be
 * larger than it.
 *
 * Frames of a row: imagePx is the source image; the stored crop has its own pixels, see `cropToImage`.
 */
export class KeypointDataset {
  readonly folder: string;
  readonly length: number;
  readonly skeleton: Skeleton;
  readonly category: CocoCategory;
  /** Over the digests of the shards: equal digests mean equal shards. */
  readonly digest: string;
  /** The largest model input that the stored crops have enough pixels for. */
  readonly inputSize: Size;
  /** COCO JSON of the images and annotations, those without rows included (crowds, unlabelled persons). */
  readonly annotations: string;
  readonly #shards: readonly Shard[];
  /** The first row of each shard, and the row after the last one. */
  readonly #starts: readonly number[];

  private constructor(folder: string, index: ShardIndex, shards: readonly Shard[]) {
    const { about } = shards[0]!;
    this.folder = folder;
    this.length = index.rows;
    this.skeleton = about.skeleton;
    this.category = about.category;
    this.digest = index.digest;
    this.inputSize = index.inputSize;
    this.annotations = join(folder, annotationsFile);
    this.#shards = shards;
    let start = 0;
    this.#starts = [0, ...index.shards.map(({ rows }) => (start += rows))];
  }

  /**
   * Opens a folder that `packDataset` wrote.
   *
   * @throws {LimberError} `missing-file`; `corrupt-data` if a shard is cut, no Arrow file, or of another dataset.
   */
  static async open(folder: string): Promise<KeypointDataset> {
    const path = resolve(folder);
    const index = await readShardIndex(path);
    const shards: Shard[] = [];
    try {
      for (const entry of index.shards) {
        const shard = await Shard.open(path, entry);
        shards.push(shard);
        checkSource(shard, index.source, join(path, entry.file));
      }
      return new KeypointDataset(path, index, shards);
    } catch (error) {
      await Promise.all(shards.map((shard) => shard.close()));
      throw error;
    }
  }

  /**
   * Reads one person.
   *
   * @param index - 0 to `length - 1`.
   * @throws {LimberError} `invalid-argument` if there is no such row; `corrupt-data` if its bytes are damaged.
   */
  async row(index: number): Promise<KeypointRow> {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      const expected = `0 to ${this.length - 1}`;
      const problem = { where: this.folder, what: 'no such row', expected, got: `${index}` };
      throw new LimberError('invalid-argument', problem);
    }
    const shard = this.#starts.findLastIndex((start) => start <= index);
    return this.#shards[shard]!.row(index - this.#starts[shard]!);
  }

  /** Closes the files. Rows can no longer be read. */
  async close(): Promise<void> {
    await Promise.all(this.#shards.map((shard) => shard.close()));
  }
}

function checkSource(shard: Shard, source: string, where: string): void {
  if (shard.about.source === source) return;
  throw new LimberError('corrupt-data', {
    where,
    what: 'a shard of another dataset',
    expected: `source ${source}`,
    got: shard.about.source,
    fix: 'Pack the dataset again.',
  });
}
