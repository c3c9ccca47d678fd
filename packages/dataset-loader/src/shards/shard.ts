import { closeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { LimberError } from '@limber/files';
import type { KeypointHead, KeypointRow } from '../datasets/keypoint-row.ts';
import type { BatchLayout, ShardHeads } from './batch-layout.ts';
import { layoutOf, rowsPerBatch } from './batch-layout.ts';
import type { DecodedRow, HeadViews } from './decode-row.ts';
import { decodeRow, viewHeads } from './decode-row.ts';
import type { OpenedFile, Scratch } from './read-bytes.ts';
import { readBytes } from './read-bytes.ts';
import type { ShardAbout } from './shard-schema.ts';

/** What is in memory of a shard: plain data that threads share. */
export interface ShardContent {
  readonly file: string;
  readonly rows: number;
  readonly about: ShardAbout;
  readonly heads: ShardHeads;
}

/** One open Arrow file. Everything but the images is in memory. */
export class Shard {
  readonly content: ShardContent;
  readonly #file: OpenedFile;
  readonly #views: HeadViews;
  readonly #batches: BatchLayout[] = [];
  /** 1 for each row whose image this thread has read and found whole. */
  readonly #checked: Uint8Array;
  #isClosed = false;

  /** @param file - open; the shard closes it. */
  constructor(content: ShardContent, file: OpenedFile) {
    this.content = content;
    this.#file = file;
    this.#views = viewHeads(content.heads);
    this.#checked = new Uint8Array(content.rows);
  }

  /**
   * Reads one row: the bytes of its image, whose content is checked the first time.
   *
   * @param index - 0 to the number of rows - 1.
   * @param scratch - where the image goes, until the next read with it.
   * @throws {LimberError} `corrupt-data` if the image is not the one that was packed.
   */
  get(index: number, scratch?: Scratch): KeypointRow {
    const { imageRange, imageCrc32, head } = this.#decode(index);
    const image = readBytes(this.#file, imageRange, scratch);
    if (this.#checked[index] === 1) return { ...head, image };
    const got = crc32(image);
    if (got === imageCrc32) {
      this.#checked[index] = 1;
      return { ...head, image };
    }
    throw new LimberError('corrupt-data', {
      where: `${this.content.file}: row ${index}, annotation ${head.annotationId} (image ${head.imageId})`,
      what: 'its stored image has changed since it was packed',
      expected: `crc32 ${imageCrc32}`,
      got: `${got}`,
      fix: 'Pack the dataset again.',
    });
  }

  /** All of a row but its image, from memory. @param index - 0 to the number of rows - 1. */
  head(index: number): KeypointHead {
    return this.#decode(index).head;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file.descriptor);
  }

  #decode(index: number): DecodedRow {
    const { about, heads, file } = this.content;
    const batch = Math.floor(index / rowsPerBatch);
    const layout = (this.#batches[batch] ??= layoutOf(heads, batch));
    return decodeRow(this.#views, layout, {
      index: index % rowsPerBatch,
      jointCount: about.skeleton.keypoints.length,
      where: () => `${file}: row ${index}`,
    });
  }
}
