import { join, resolve } from 'node:path';
import type { CocoCategory, Size, Skeleton } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import type { ShardIndex } from '../shards/shard-index.ts';
import { readShardIndex } from '../shards/shard-index.ts';
import type { ShardContent } from '../shards/shard.ts';
import { Shard } from '../shards/shard.ts';
import type { KeypointRow } from './keypoint-row.ts';

/** The ground truth beside the shards, as COCO JSON in full form. */
export const annotationsFile = 'annotations.json';

/** A dataset that one thread has opened, for another thread. */
export interface SharedDataset {
  readonly folder: string;
  readonly index: ShardIndex;
  readonly shards: readonly ShardContent[];
}

/**
 * A folder of shards, open for reading any row in O(1). The images are not in memory, so a dataset may be
 * larger than it.
 *
 * Frames of a row: imagePx is the source image; the stored crop has its own pixels, see `cropToImage`.
 */
export class KeypointDataset {
  readonly folder: string;
  /** Number of persons. */
  readonly size: number;
  readonly skeleton: Skeleton;
  readonly category: CocoCategory;
  /** Over the digests of the shards: equal digests mean equal shards. */
  readonly digest: string;
  /** The largest model input that the stored crops have enough pixels for. */
  readonly inputSize: Size;
  /** COCO JSON of the images and annotations, those without rows included (crowds, unlabelled persons). */
  readonly annotations: string;
  readonly #index: ShardIndex;
  readonly #shards: readonly Shard[];
  /** The first row of each shard, and the row after the last one. */
  readonly #starts: readonly number[];

  private constructor(folder: string, index: ShardIndex, shards: readonly Shard[]) {
    const { about } = shards[0]!.content;
    this.folder = folder;
    this.size = index.rows;
    this.skeleton = about.skeleton;
    this.category = about.category;
    this.digest = index.digest;
    this.inputSize = index.inputSize;
    this.annotations = join(folder, annotationsFile);
    this.#index = index;
    this.#shards = shards;
    let start = 0;
    this.#starts = [0, ...index.shards.map(({ rows }) => (start += rows))];
  }

  /**
   * Opens a folder that `packDataset` wrote.
   *
   * @throws {LimberError} `missing-file`; `corrupt-data` if a shard is cut, no Arrow file, or has
   * other joints, keypoints or boxes than were packed.
   */
  static async open(folder: string): Promise<KeypointDataset> {
    const path = resolve(folder);
    const index = await readShardIndex(path);
    const shards: Shard[] = [];
    try {
      for (const entry of index.shards) {
        shards.push(Shard.open(path, entry));
      }
      return new KeypointDataset(path, index, shards);
    } catch (error) {
      for (const shard of shards) shard.close();
      throw error;
    }
  }

  /** Opens a dataset that another thread has opened. */
  static fromShared({ folder, index, shards }: SharedDataset): KeypointDataset {
    return new KeypointDataset(
      folder,
      index,
      shards.map((shard) => Shard.share(shard)),
    );
  }

  /** What another thread needs to open the dataset; it is not copied. */
  share(): SharedDataset {
    const shards = this.#shards.map(({ content }) => content);
    return { folder: this.folder, index: this.#index, shards };
  }

  /**
   * Reads one person.
   *
   * @param index - 0 to `size - 1`.
   * @throws {LimberError} `invalid-argument` if there is no such row; `corrupt-data` if its bytes are damaged.
   */
  get(index: number): KeypointRow {
    if (!Number.isInteger(index) || index < 0 || index >= this.size) {
      const expected = `0 to ${this.size - 1}`;
      const problem = { where: this.folder, what: 'no such row', expected, got: `${index}` };
      throw new LimberError('invalid-argument', problem);
    }
    const shard = this.#starts.findLastIndex((start) => start <= index);
    return this.#shards[shard]!.get(index - this.#starts[shard]!);
  }

  /** Closes the files. Rows can no longer be read. */
  close(): void {
    for (const shard of this.#shards) shard.close();
  }
}
