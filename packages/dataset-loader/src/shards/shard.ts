import { closeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { LimberError } from '@limber/files';
import type { KeypointHead, KeypointRow } from '../datasets/keypoint-row.ts';
import type { HeadViews, ShardHeads } from './head-records.ts';
import { readCrc32, readHead, readImageRange, recordBytesOf, viewHeads } from './head-records.ts';
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
  readonly #recordWords: number;
  /** 1 for each row whose image this thread has read and found whole. */
  readonly #checked: Uint8Array;
  #isClosed = false;

  /** @param file - open; the shard closes it. */
  constructor(content: ShardContent, file: OpenedFile) {
    this.content = content;
    this.#file = file;
    this.#views = viewHeads(content.heads.bytes.buffer);
    this.#recordWords = recordBytesOf(content.heads.jointCount) / 4;
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
    const word = index * this.#recordWords;
    const where = (): string => this.#describe(index);
    const image = readBytes(this.#file, readImageRange(this.#views, word), { scratch, where });
    if (this.#checked[index] === 0) this.#check(index, image);
    const row: KeypointHead & { image?: Uint8Array } = this.head(index);
    // a spread takes as long as a read of the file
    row.image = image;
    return row as KeypointRow;
  }

  /** All of a row but its image, from memory. @param index - 0 to the number of rows - 1. */
  head(index: number): KeypointHead {
    return readHead(this.#views, index * this.#recordWords, this.content.heads.jointCount);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeSync(this.#file.descriptor);
  }

  #check(index: number, image: Uint8Array): void {
    const expected = readCrc32(this.#views, index * this.#recordWords);
    const got = crc32(image);
    if (got === expected) {
      this.#checked[index] = 1;
      return;
    }
    throw new LimberError('corrupt-data', {
      where: this.#describe(index),
      what: 'its stored image has changed since it was packed',
      expected: `crc32 ${expected}`,
      got: `${got}`,
      fix: 'Pack the dataset again.',
    });
  }

  #describe(index: number): string {
    const { annotationId, imageId } = this.head(index);
    return `${this.content.file}: row ${index}, annotation ${annotationId} (image ${imageId})`;
  }
}
