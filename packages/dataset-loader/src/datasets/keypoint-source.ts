import type { Skeleton, Size } from '@limber/keypoints';
import type { ShardIndex } from '../shards/shard-index.ts';
import type { ShardContent } from '../shards/shard.ts';
import type { KeypointHead, KeypointRow } from './keypoint-row.ts';
import type { Draw } from './draw.ts';
import type { Scratch } from '../shards/read-bytes.ts';

/** A dataset that one thread has opened, for another thread. */
export interface SharedDataset {
  readonly folder: string;
  readonly index: ShardIndex;
  readonly shards: readonly ShardContent[];
  /** The rows of a view; null: all. */
  readonly rows: Uint32Array | null;
}

/** What another thread needs to read a source; it is not copied. */
export interface SharedSource {
  readonly parts: readonly SharedDataset[];
}

/** Which order of an epoch. */
export interface OrderOptions {
  readonly seed: number;
  readonly epoch: number;
  /** Whether every epoch has an order of its own; else the order of the rows. */
  readonly shuffle: boolean;
}

/** What batches are made of: a dataset, a view of one, or several datasets mixed. */
export interface KeypointSource {
  /** For errors. */
  readonly folder: string;
  /** Number of rows. */
  readonly size: number;
  /** Persons shown in an epoch. */
  readonly epochLength: number;
  readonly skeleton: Skeleton;
  /** The largest model input that all stored crops have enough pixels for. */
  readonly inputSize: Size;
  /** All of a row but its image, from memory. */
  head(row: number): KeypointHead;
  /** @param scratch - where the image goes, until the next read with it. */
  get(row: number, scratch?: Scratch): KeypointRow;
  /** Who is shown at each place of an epoch, 0 to `epochLength - 1`: in O(1), whichever is asked for. */
  order(options: OrderOptions): (place: number) => Draw;
  share(): SharedSource;
}
