import type { FileHandle } from 'node:fs/promises';
import type { Problem } from '@limber/files';
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
  const damaged = (problem: Pick<Problem, 'what' | 'expected' | 'got'>): LimberError =>
    new LimberError('corrupt-data', { where: file, ...problem, fix: 'Pack the dataset again.' });
  const head = await readBytes(handle, { position: 0, length: magic.length }, file);
  if (head.toString('latin1') !== magic) {
    const expected = `"${magic}" at the start`;
    throw damaged({ what: 'not an Arrow file', expected, got: quote(head) });
  }
  const tailAt = Math.max(0, sizeBytes - tailBytes);
  const tail = await readBytes(handle, { position: tailAt, length: tailBytes }, file);
  const end = tail.subarray(4);
  if (end.toString('latin1') !== magic) {
    const expected = `"${magic}" at the end`;
    throw damaged({ what: 'an Arrow file without its end', expected, got: quote(end) });
  }
  const footerBytes = tail.readInt32LE(0);
  if (footerBytes <= 0 || footerBytes > tailAt) {
    const expected = `a length from 1 to ${tailAt}`;
    throw damaged({ what: 'a damaged Arrow footer', expected, got: `${footerBytes}` });
  }
  const bytes = await readBytes(
    handle,
    { position: tailAt - footerBytes, length: footerBytes },
    file,
  );
  try {
    const footer = Footer.decode(bytes);
    const blocks = Array.from(footer.recordBatches(), (block): Block => {
      const { offset, metaDataLength, bodyLength } = block;
      return { offset, metadataBytes: metaDataLength, bodyBytes: bodyLength };
    });
    return { schema: footer.schema, blocks };
  } catch (cause) {
    const expected = 'a schema and record batches';
    throw damaged({ what: 'a damaged Arrow footer', expected, got: String(cause) });
  }
}

function quote(bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1'));
}
