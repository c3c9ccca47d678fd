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

interface OpenedShard {
  readonly file: string;
  readonly handle: FileHandle;
  readonly blocks: readonly Block[];
  readonly about: ShardAbout;
  /** How many bytes of a record batch hold all but the images. */
  readonly headBytes: number;
}

/** One open Arrow file. It keeps the places of the record batches in memory, and nothing of their content. */
export class Shard {
  readonly #opened: OpenedShard;

  private constructor(opened: OpenedShard) {
    this.#opened = opened;
  }

  /** What its metadata says of the whole dataset. */
  get about(): ShardAbout {
    return this.#opened.about;
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
      return new Shard({ file, handle, blocks, about, headBytes: headBytesOf(schema) });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Reads one row: the head of its record batch, then the bytes of its image.
   *
   * @param index - 0 to the number of rows - 1.
   * @throws {LimberError} `corrupt-data` if the bytes there are no record batch of this schema.
   */
  async row(index: number): Promise<KeypointRow> {
    const { file, handle, blocks, about } = this.#opened;
    const { offset, metadataBytes, bodyBytes } = blocks[Math.floor(index / rowsPerBatch)]!;
    const where = `${file}: row ${index}`;
    const headBytes = Math.min(bodyBytes, this.#opened.headBytes);
    const bytes = await readBytes(
      handle,
      { position: offset, length: metadataBytes + headBytes },
      where,
    );
    const { imageRange, ...row } = decodeRow(bytes, metadataBytes, {
      index: index % rowsPerBatch,
      jointCount: about.skeleton.keypoints.length,
      bodyBytes,
      where,
    });
    const image = await readBytes(
      handle,
      {
        position: offset + metadataBytes + imageRange.start,
        length: imageRange.end - imageRange.start,
      },
      where,
    );
    return { ...row, image };
  }

  async close(): Promise<void> {
    await this.#opened.handle.close();
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
