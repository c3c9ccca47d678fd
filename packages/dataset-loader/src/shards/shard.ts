import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
import type { KeypointRow } from '../datasets/keypoint-row.ts';
import { decodeRow } from './decode-row.ts';
import { readBytes } from './read-bytes.ts';
import type { Block } from './read-footer.ts';
import { readFooter } from './read-footer.ts';
import type { ShardEntry } from './shard-index.ts';
import { indexFile } from './shard-index.ts';
import type { ShardAbout } from './shard-schema.ts';
import { headBytesOf, parseShardSchema, rowsPerBatch } from './shard-schema.ts';

/** One open Arrow file. It keeps the places of the record batches in memory, and nothing of their content. */
export class Shard {
  readonly about: ShardAbout;
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #blocks: readonly Block[];
  readonly #headBytes: number;

  private constructor(
    file: string,
    handle: FileHandle,
    blocks: readonly Block[],
    about: ShardAbout,
    headBytes: number,
  ) {
    this.#file = file;
    this.#handle = handle;
    this.#blocks = blocks;
    this.about = about;
    this.#headBytes = headBytes;
  }

  /**
   * Opens a shard and reads its footer.
   *
   * @throws {LimberError} `missing-file`; `corrupt-data` if it is not the file that `shards.json` lists.
   */
  static async open(folder: string, entry: ShardEntry): Promise<Shard> {
    const file = join(folder, entry.file);
    const handle = await openForReading(file);
    try {
      await checkSize(handle, entry, file);
      const { schema, blocks } = await readFooter(handle, entry.sizeBytes, file);
      const about = parseShardSchema(schema, file);
      checkBatches(blocks, entry, file);
      return new Shard(file, handle, blocks, about, headBytesOf(schema));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Reads one row: the head of its record batch, then the bytes of its picture.
   *
   * @param index - 0 to the number of rows - 1.
   * @throws {LimberError} `corrupt-data` if the bytes there are no record batch of this schema.
   */
  async row(index: number): Promise<KeypointRow> {
    const block = this.#blocks[Math.floor(index / rowsPerBatch)]!;
    const where = `${this.#file}: row ${index}`;
    const { offset, metadataBytes, bodyBytes } = block;
    const headBytes = Math.min(bodyBytes, this.#headBytes);
    const bytes = await readBytes(this.#handle, offset, metadataBytes + headBytes, where);
    const { imageRange, ...row } = decodeRow(bytes, metadataBytes, {
      index: index % rowsPerBatch,
      jointCount: this.about.skeleton.keypoints.length,
      bodyBytes,
      where,
    });
    const image = await readBytes(
      this.#handle,
      offset + metadataBytes + imageRange.start,
      imageRange.end - imageRange.start,
      where,
    );
    return { ...row, image };
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function checkSize(handle: FileHandle, entry: ShardEntry, file: string): Promise<void> {
  const { size } = await handle.stat();
  if (size === entry.sizeBytes) return;
  throw new LimberError('corrupt-data', {
    where: file,
    what: 'cut or replaced',
    expected: `${entry.sizeBytes} bytes, as ${indexFile} says`,
    got: `${size}`,
    fix: 'Pack the dataset again.',
  });
}

function checkBatches(blocks: readonly Block[], entry: ShardEntry, file: string): void {
  const batches = Math.ceil(entry.rows / rowsPerBatch);
  if (blocks.length === batches) return;
  throw new LimberError('corrupt-data', {
    where: file,
    what: `not the ${entry.rows} rows of ${indexFile}`,
    expected: `${batches} record batches`,
    got: `${blocks.length}`,
    fix: 'Pack the dataset again.',
  });
}

async function openForReading(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
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
