import { join, resolve } from 'node:path';
import type { CocoCategory, Size, Skeleton } from '@limber/keypoints';
import type { Part } from '@limber/files';
import { LimberError } from '@limber/files';
import type { Reach } from '../regions/reach.ts';
import type { ShardIndex } from '../shards/shard-index.ts';
import { openFile } from '../shards/open-file.ts';
import { sha256Of } from '../shards/sha256.ts';
import { Shard } from '../shards/shard.ts';
import type { Draw } from './draw.ts';
import type { KeypointHead, KeypointRow } from './keypoint-row.ts';
import type {
  KeypointSource,
  OrderOptions,
  SharedDataset,
  SharedSource,
} from './keypoint-source.ts';
import { orderOf } from './order-of.ts';
import type { SplitOptions } from './split-rows.ts';
import { splitRows } from './split-rows.ts';
import type { Scratch } from '../shards/read-bytes.ts';

/** The ground truth beside the shards, as COCO JSON in full form. */
export const annotationsFile = 'annotations.json';

/**
 * A folder of shards, open for reading any row in O(1). The images are not in memory, so a dataset may be
 * larger than it.
 *
 * `take`, `filter` and `split` give views: datasets of some of the rows, which read the same files. Closing one closes all.
 *
 * Frames of a row: imagePx is the source image; the stored crop has its own pixels, see `cropToImage`.
 */
export class KeypointDataset implements KeypointSource {
  readonly folder: string;
  /** Number of persons. */
  readonly size: number;
  /** Persons shown in an epoch: all. */
  readonly epochLength: number;
  readonly skeleton: Skeleton;
  readonly category: CocoCategory;
  /** Over the digests of the shards, and the rows of a view: equal digests mean equal rows. */
  readonly digest: string;
  /** The largest model input that the stored crops have enough pixels for. */
  readonly inputSize: Size;
  /** How far the stored crops reach. */
  readonly reach: Reach;
  /** COCO JSON of the images and annotations, those without rows included (crowds, unlabelled persons), and those outside of a view. */
  readonly annotations: string;
  readonly #index: ShardIndex;
  readonly #shards: readonly Shard[];
  /** The rows of a view; null: all. */
  readonly #rows: Uint32Array | null;
  /** The first row of each shard, and the row after the last one. */
  readonly #starts: readonly number[];

  private constructor(
    { folder, index }: Pick<SharedDataset, 'folder' | 'index'>,
    shards: readonly Shard[],
    rows: Uint32Array | null,
  ) {
    const { about } = shards[0]!.content;
    this.folder = folder;
    this.size = rows?.length ?? index.rows;
    this.epochLength = this.size;
    this.skeleton = about.skeleton;
    this.category = about.category;
    this.digest =
      rows === null ? index.digest : sha256Of(index.digest, new Uint8Array(rows.buffer));
    this.inputSize = index.inputSize;
    this.reach = index.reach;
    this.annotations = join(folder, annotationsFile);
    this.#index = index;
    this.#shards = shards;
    this.#rows = rows;
    let start = 0;
    this.#starts = [0, ...index.shards.map(({ rows: count }) => (start += count))];
  }

  /**
   * Opens a folder that `packDataset` wrote.
   *
   * @throws {LimberError} `missing-file`; `invalid-argument` for a part of a dataset; `corrupt-data` if a shard is cut, no Arrow file, or has
   * other joints, keypoints or boxes than were packed.
   */
  static async open(folder: string): Promise<KeypointDataset> {
    // loaded when they are needed: worker threads start twice as fast without Arrow and zod
    const { openShard } = await import('../shards/open-shard.ts');
    const { readShardIndex } = await import('../shards/shard-index.ts');
    const path = resolve(folder);
    const index = await readShardIndex(path);
    if (index.part !== undefined) throw onlyPart(path, index.part);
    const shards: Shard[] = [];
    try {
      for (const entry of index.shards) {
        shards.push(openShard(path, entry));
      }
      return new KeypointDataset({ folder: path, index }, shards, null);
    } catch (error) {
      for (const shard of shards) shard.close();
      throw error;
    }
  }

  /** Opens a dataset that another thread has opened. */
  static fromShared({ folder, index, shards, rows }: SharedDataset): KeypointDataset {
    const opened = shards.map((shard) => openFile(shard.file, (file) => new Shard(shard, file)));
    return new KeypointDataset({ folder, index }, opened, rows);
  }

  /** What another thread needs to open the dataset; it is not copied. */
  share(): SharedSource {
    const shards = this.#shards.map(({ content }) => content);
    return { parts: [{ folder: this.folder, index: this.#index, shards, rows: this.#rows }] };
  }

  /**
   * Reads one person.
   *
   * @param index - 0 to `size - 1`.
   * @param scratch - where its image goes, until the next read with it; without, each image has memory of its own.
   * @throws {LimberError} `invalid-argument` if there is no such row; `corrupt-data` if its bytes are damaged.
   */
  get(index: number, scratch?: Scratch): KeypointRow {
    const { shard, row } = this.#find(index);
    return shard.get(row, scratch);
  }

  /**
   * All of a person but the image, from memory.
   *
   * @param index - 0 to `size - 1`.
   * @throws {LimberError} `invalid-argument` if there is no such row.
   */
  head(index: number): KeypointHead {
    const { shard, row } = this.#find(index);
    return shard.head(row);
  }

  /** Who is shown at each place of an epoch: everybody once. */
  order(options: OrderOptions): (place: number) => Draw {
    return orderOf(this.size, options);
  }

  /**
   * A view of the first rows.
   *
   * @param count - 1 to `size`.
   * @throws {LimberError} `invalid-argument` if there are not so many.
   */
  take(count: number): KeypointDataset {
    if (!Number.isInteger(count) || count < 1 || count > this.size) {
      const expected = `1 to ${this.size}`;
      const problem = {
        where: this.folder,
        what: 'take of no such count',
        expected,
        got: `${count}`,
      };
      throw new LimberError('invalid-argument', problem);
    }
    return this.#view(Uint32Array.from({ length: count }, (_, at) => at));
  }

  /**
   * A view of the persons that a test holds for, in the same order. No image is read.
   *
   * @throws {LimberError} `invalid-argument` if nobody is left.
   */
  filter(test: (person: KeypointHead, index: number) => boolean): KeypointDataset {
    const rows: number[] = [];
    for (let row = 0; row < this.size; row++) if (test(this.head(row), row)) rows.push(row);
    return this.#view(Uint32Array.from(rows), 'filter');
  }

  /**
   * Parts the persons into views, by chance; those of one image stay together.
   *
   * @param shares - name → part of the images, > 0, together at most 1; what is left over belongs to no view.
   * @throws {LimberError} `invalid-argument` if the shares make no sense, or one gets nobody.
   * @example
   * const { train, val } = dataset.split({ train: 0.9, val: 0.1 }, { seed: 1 });
   */
  split<Name extends string>(
    shares: Readonly<Record<Name, number>>,
    options: SplitOptions,
  ): Record<Name, KeypointDataset> {
    const imageIds = Array.from({ length: this.size }, (_, row) => this.head(row).imageId);
    const parts = Object.entries<Uint32Array>(splitRows(imageIds, shares, options));
    const views = parts.map(([name, rows]) => [name, this.#view(rows, `split "${name}"`)] as const);
    return Object.fromEntries(views) as Record<Name, KeypointDataset>;
  }

  /** Closes the files. Rows can no longer be read. */
  close(): void {
    for (const shard of this.#shards) shard.close();
  }

  #view(rows: Uint32Array, what = 'view'): KeypointDataset {
    if (rows.length === 0) {
      const expected = 'at least one person';
      const problem = { where: this.folder, what: `${what} of nobody`, expected, got: 'none' };
      throw new LimberError('invalid-argument', problem);
    }
    // threads share it
    const shared = new Uint32Array(new SharedArrayBuffer(rows.byteLength));
    shared.set(this.#rows === null ? rows : rows.map((row) => this.#rows![row]!));
    return new KeypointDataset({ folder: this.folder, index: this.#index }, this.#shards, shared);
  }

  #find(index: number): { readonly shard: Shard; readonly row: number } {
    if (!Number.isInteger(index) || index < 0 || index >= this.size) {
      const expected = `0 to ${this.size - 1}`;
      const problem = { where: this.folder, what: 'no such row', expected, got: `${index}` };
      throw new LimberError('invalid-argument', problem);
    }
    const row = this.#rows === null ? index : this.#rows[index]!;
    let [low, high] = [0, this.#shards.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#starts[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return { shard: this.#shards[low]!, row: row - this.#starts[low]! };
  }
}

function onlyPart(where: string, { index, count }: Part): LimberError {
  return new LimberError('invalid-argument', {
    where,
    what: `part ${index} of ${count} of a dataset`,
    expected: 'all of it',
    fix: 'Join the parts: joinShards, or the stage join-shards.',
  });
}
