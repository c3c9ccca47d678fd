import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { LimberError } from '@limber/files';
import type { KeypointHead, KeypointRow } from '../datasets/keypoint-row.ts';
import { checkParts } from './check-parts.ts';
import type { DecodedRow } from './decode-row.ts';
import { decodeRow } from './decode-row.ts';
import type { OpenedFile } from './read-bytes.ts';
import { readBytes } from './read-bytes.ts';
import { readFooter } from './read-footer.ts';
import type { BatchLayout, ShardHeads } from './shard-heads.ts';
import { layoutOf, readHeads } from './shard-heads.ts';
import type { ShardEntry } from './shard-index.ts';
import { indexFile } from './shard-index.ts';
import type { OnPart, ShardParts } from './shard-parts.ts';
import type { ShardAbout } from './shard-schema.ts';
import { parseShardSchema, rowsPerBatch } from './shard-schema.ts';

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
  readonly #batches: BatchLayout[] = [];
  /** 1 for each row whose image this thread has read and found whole. */
  readonly #checked: Uint8Array;
  #isClosed = false;

  private constructor(content: ShardContent, file: OpenedFile) {
    this.content = content;
    this.#file = file;
    this.#checked = new Uint8Array(content.rows);
  }

  /**
   * Opens a shard, and checks its size, and the content of all but the images.
   *
   * @throws {LimberError} `missing-file`; `corrupt-data` if it is not the file that `shards.json` lists.
   */
  static open(folder: string, entry: ShardEntry): Shard {
    const name = join(folder, entry.file);
    return opened(name, (file) => {
      checkSize(file, entry);
      const { sizeBytes, parts } = entry;
      const onPart = checkParts(parts, name);
      const { about, heads, batchCount } = readContent(file, { sizeBytes, onPart });
      checkRows(batchCount, entry, name);
      return new Shard({ file: name, rows: entry.rows, about, heads }, file);
    });
  }

  /** Opens a shard that another thread has opened. */
  static share(content: ShardContent): Shard {
    return opened(content.file, (file) => new Shard(content, file));
  }

  /**
   * Reads one row: the bytes of its image, whose content is checked the first time.
   *
   * @param index - 0 to the number of rows - 1.
   * @throws {LimberError} `corrupt-data` if the image is not the one that was packed.
   */
  get(index: number): KeypointRow {
    const { imageRange, imageCrc32, head } = this.#decode(index);
    const image = readBytes(this.#file, imageRange);
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
    return decodeRow(heads, layout, {
      index: index % rowsPerBatch,
      jointCount: about.skeleton.keypoints.length,
      where: () => `${file}: row ${index}`,
    });
  }
}

/** What {@link ShardEntry} says of a shard's content besides its images. */
export function digestParts(file: string): ShardParts {
  return opened(file, (opened) => {
    const parts: Partial<Record<keyof ShardParts, string>> = {};
    const onPart: OnPart = (part, sha256) => {
      parts[part] = sha256;
    };
    readContent(opened, { sizeBytes: fstatSync(opened.descriptor).size, onPart });
    closeSync(opened.descriptor);
    return parts as ShardParts;
  });
}

function readContent(
  file: OpenedFile,
  { sizeBytes, onPart }: { readonly sizeBytes: number; readonly onPart: OnPart },
): { readonly about: ShardAbout; readonly heads: ShardHeads; readonly batchCount: number } {
  const { schema, blocks } = readFooter(file, { sizeBytes, onPart });
  const about = parseShardSchema(schema, file.name);
  const jointCount = about.skeleton.keypoints.length;
  const heads = readHeads(file, blocks, { jointCount, onPart });
  return { about, heads, batchCount: blocks.length };
}

/** Opens a file for as long as `use` does not fail. */
function opened<T>(name: string, use: (file: OpenedFile) => T): T {
  const file = { name, descriptor: openForReading(name) };
  try {
    return use(file);
  } catch (error) {
    closeSync(file.descriptor);
    throw error;
  }
}

function checkSize({ descriptor, name }: OpenedFile, { sizeBytes }: ShardEntry): void {
  const { size } = fstatSync(descriptor);
  if (size === sizeBytes) return;
  throw new LimberError('corrupt-data', {
    where: name,
    what: 'cut or replaced',
    expected: `${sizeBytes} bytes, as ${indexFile} says`,
    got: `${size}`,
    fix: 'Pack the dataset again.',
  });
}

function checkRows(batchCount: number, { rows }: ShardEntry, where: string): void {
  const batches = Math.ceil(rows / rowsPerBatch);
  if (batchCount === batches) return;
  throw new LimberError('corrupt-data', {
    where,
    what: `not the ${rows} rows of ${indexFile}`,
    expected: `${batches} record batches`,
    got: `${batchCount}`,
    fix: 'Pack the dataset again.',
  });
}

function openForReading(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    const problem = {
      where: file,
      what: 'cannot be read',
      expected: 'a shard that shards.json lists',
      got: (cause as Error).message,
      fix: 'Pack the dataset again.',
    };
    throw new LimberError('missing-file', problem, { cause });
  }
}
