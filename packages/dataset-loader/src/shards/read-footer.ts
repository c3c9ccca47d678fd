import type { FileHandle } from 'node:fs/promises';
import { LimberError } from '@limber/files';
import type { Schema } from 'apache-arrow';
import { Footer } from 'apache-arrow/ipc/metadata/file';
import { readBytes } from './read-bytes.ts';

const magic = 'ARROW1';
const tailBytes = 4 + magic.length;

/** Where a record batch lies in its file, in bytes from the start. */
export interface Block {
  readonly offset: number;
  readonly metadataBytes: number;
  readonly bodyBytes: number;
}

/**
 * Reads the footer of an Arrow IPC file: the columns, and where each record batch lies.
 *
 * @param file - named in errors.
 * @throws {LimberError} `corrupt-data` if the file is cut, or no Arrow file.
 */
export async function readFooter(
  handle: FileHandle,
  sizeBytes: number,
  file: string,
): Promise<{ schema: Schema; blocks: Block[] }> {
  const fail = (what: string, expected: string, got: string, cause?: unknown): never => {
    const fix = 'Pack the dataset again.';
    throw new LimberError('corrupt-data', { where: file, what, expected, got, fix }, { cause });
  };
  const head = await readBytes(handle, 0, Math.min(magic.length, sizeBytes), file);
  if (head.toString('latin1') !== magic) {
    fail('not an Arrow file', `"${magic}" at the start`, quote(head));
  }
  const tailAt = Math.max(0, sizeBytes - tailBytes);
  const tail = await readBytes(handle, tailAt, sizeBytes - tailAt, file);
  const end = tail.subarray(4);
  if (end.toString('latin1') !== magic) {
    fail('an Arrow file without its end', `"${magic}" at the end`, quote(end));
  }
  const footerBytes = tail.readInt32LE(0);
  if (footerBytes <= 0 || footerBytes > tailAt) {
    fail('a damaged Arrow footer', `a length from 1 to ${tailAt}`, `${footerBytes}`);
  }
  const bytes = await readBytes(handle, tailAt - footerBytes, footerBytes, file);
  try {
    const footer = Footer.decode(bytes);
    const blocks = Array.from(footer.recordBatches(), (block): Block => {
      const { offset, metaDataLength, bodyLength } = block;
      return { offset, metadataBytes: metaDataLength, bodyBytes: bodyLength };
    });
    return { schema: footer.schema, blocks };
  } catch (cause) {
    return fail('a damaged Arrow footer', 'a schema and record batches', String(cause), cause);
  }
}

function quote(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1'));
}
