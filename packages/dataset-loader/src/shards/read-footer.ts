import type { Problem } from '@limber/files';
import { LimberError } from '@limber/files';
import type { Schema } from 'apache-arrow';
import { Footer } from 'apache-arrow/ipc/metadata/file';
import type { OpenedFile } from './read-bytes.ts';
import { readBytes } from './read-bytes.ts';
import { sha256Of } from './sha256.ts';
import type { OnPart } from './shard-parts.ts';

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
 * @throws {LimberError} `corrupt-data` if the file is cut, or no Arrow file.
 */
export function readFooter(
  file: OpenedFile,
  { sizeBytes, onPart }: { readonly sizeBytes: number; readonly onPart: OnPart },
): { schema: Schema; blocks: Block[] } {
  const damaged = (problem: Pick<Problem, 'what' | 'expected' | 'got'>): LimberError =>
    new LimberError('corrupt-data', {
      where: file.name,
      ...problem,
      fix: 'Pack the dataset again.',
    });
  const head = readBytes(file, { position: 0, length: magic.length });
  if (head.toString('latin1') !== magic) {
    const expected = `"${magic}" at the start`;
    throw damaged({ what: 'not an Arrow file', expected, got: quote(head) });
  }
  const tailAt = Math.max(0, sizeBytes - tailBytes);
  const tail = readBytes(file, { position: tailAt, length: tailBytes });
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
  const bytes = readBytes(file, { position: tailAt - footerBytes, length: footerBytes });
  onPart('footer', sha256Of(bytes));
  try {
    const footer = Footer.decode(bytes);
    const blocks = Array.from(footer.recordBatches(), (block): Block => {
      const { offset, metaDataLength: metadataBytes, bodyLength: bodyBytes } = block;
      const isInside = [offset, metadataBytes, bodyBytes].every((number) => number >= 0);
      if (!isInside || offset + metadataBytes + bodyBytes > sizeBytes) {
        throw new Error(`a record batch outside of ${sizeBytes} bytes`);
      }
      return { offset, metadataBytes, bodyBytes };
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
