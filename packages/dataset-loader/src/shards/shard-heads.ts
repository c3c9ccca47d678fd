import { Message } from 'apache-arrow';
import type { ShardHeads } from './batch-layout.ts';
import {
  bufferCount,
  columnNames,
  columns,
  damagedBatch,
  imagesBuffer,
  layoutLength,
  placeInLayout,
} from './batch-layout.ts';
import type { OpenedFile } from './read-bytes.ts';
import { readBytes } from './read-bytes.ts';
import type { Block } from './read-footer.ts';
import { sha256Of } from './sha256.ts';
import type { OnPart } from './shard-parts.ts';

const prefixBytes = 8;

/**
 * Reads the heads of all record batches.
 *
 * @throws {LimberError} `corrupt-data` if they are no batches of these columns.
 * @see Arrow columnar format, "Encapsulated message format" and "Recordbatch body structure".
 */
export function readHeads(
  file: OpenedFile,
  blocks: readonly Block[],
  { jointCount, onPart }: { readonly jointCount: number; readonly onPart: OnPart },
): ShardHeads {
  const messages = blocks.map(({ offset, metadataBytes }) =>
    readBytes(file, { position: offset, length: metadataBytes }),
  );
  onPart('messages', sha256Of(...messages));
  const layout = new Float64Array(
    new SharedArrayBuffer(blocks.length * layoutLength * Float64Array.BYTES_PER_ELEMENT),
  );
  const heads: Buffer[] = [];
  let length = 0;
  for (const [batch, { offset, metadataBytes, bodyBytes }] of blocks.entries()) {
    const where = `${file.name}: record batch ${batch}`;
    const { offsets, rows } = readLayout(messages[batch]!.subarray(prefixBytes), where);
    const imagesOffset = offsets[imagesBuffer]!;
    if (!(imagesOffset >= 0 && imagesOffset <= bodyBytes)) {
      throw damagedBatch(where, `images within ${bodyBytes} bytes`, `from byte ${imagesOffset}`);
    }
    const position = offset + metadataBytes;
    heads.push(readBytes(file, { position, length: imagesOffset }));
    for (const [at, column] of columnNames.entries()) {
      const { buffer, bytes } = columns[column];
      const start = offsets[buffer]!;
      const items = column === 'keypoints' ? rows * jointCount : rows;
      const end = start + (column === 'imageOffsets' ? items + 1 : items) * bytes;
      if (!(start >= 0 && start % 8 === 0 && end <= imagesOffset)) {
        throw damagedBatch(
          where,
          `column ${column} within ${imagesOffset} bytes`,
          `${start} to ${end}`,
        );
      }
      layout[batch * layoutLength + at] = length + start;
    }
    layout[batch * layoutLength + placeInLayout.rows] = rows;
    layout[batch * layoutLength + placeInLayout.imagesPosition] = position + imagesOffset;
    layout[batch * layoutLength + placeInLayout.imagesBytes] = bodyBytes - imagesOffset;
    length += Math.ceil(imagesOffset / 8) * 8;
  }
  onPart('heads', sha256Of(...heads));
  const bytes = new Uint8Array(new SharedArrayBuffer(length));
  let at = 0;
  for (const head of heads) {
    bytes.set(head, at);
    at += Math.ceil(head.length / 8) * 8;
  }
  return { bytes, layout };
}

function readLayout(metadata: Buffer, where: string): { offsets: number[]; rows: number } {
  let layout: { offsets: number[]; rows: number } | undefined;
  try {
    const message = Message.decode(metadata);
    const { buffers = [], length = 0 } = message.isRecordBatch() ? message.header() : {};
    layout = { offsets: buffers.map(({ offset }) => offset), rows: length };
  } catch (cause) {
    throw damagedBatch(where, 'an Arrow message', String(cause));
  }
  if (layout.offsets.length === bufferCount) return layout;
  throw damagedBatch(where, `a record batch of ${bufferCount} buffers`, `${layout.offsets.length}`);
}
