import { Message } from 'apache-arrow';
import type { HeadColumn } from './batch-layout.ts';
import {
  bufferCount,
  columnNames,
  columns,
  damagedBatch,
  imagesBuffer,
  rowsPerBatch,
} from './batch-layout.ts';
import type { ShardHeads } from './head-records.ts';
import { recordBytesOf, viewHeads, writeRecords } from './head-records.ts';
import type { OpenedFile } from './read-bytes.ts';
import { readBytes } from './read-bytes.ts';
import type { Block } from './read-footer.ts';
import { sha256Of } from './sha256.ts';
import type { OnPart } from './shard-parts.ts';

const prefixBytes = 8;

/** A record batch: how many rows it has, and where its columns and its images lie. */
interface BatchLayout {
  readonly where: string;
  readonly rows: number;
  /** The first byte of each column, counted from the start of the batch's body. */
  readonly starts: Readonly<Record<HeadColumn, number>>;
  /** In the file. */
  readonly bodyPosition: number;
  readonly imagesOffset: number;
  readonly imagesBytes: number;
}

/**
 * Reads the heads of all record batches.
 *
 * @throws {LimberError} `corrupt-data` if they are no batches of these columns, or say of images that they lie elsewhere.
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
  const layouts = blocks.map((block, batch) => {
    const where = `${file.name}: record batch ${batch}`;
    const isLast = batch === blocks.length - 1;
    return layoutOf(messages[batch]!, block, { where, isLast, jointCount });
  });
  const heads = layouts.map(({ bodyPosition: position, imagesOffset: length }) =>
    readBytes(file, { position, length }),
  );
  onPart('heads', sha256Of(...heads));
  const rows = layouts.reduce((sum, layout) => sum + layout.rows, 0);
  const bytes = new Uint8Array(new SharedArrayBuffer(rows * recordBytesOf(jointCount)));
  const shardHeads = { bytes, rows, jointCount };
  const views = viewHeads(bytes.buffer);
  for (const [batch, head] of heads.entries()) {
    writeRecords(views, viewHeads(head.buffer), {
      ...layouts[batch]!,
      jointCount,
      firstRow: batch * rowsPerBatch,
      imagesPosition: layouts[batch]!.bodyPosition + head.length,
    });
  }
  return shardHeads;
}

/** Where everything of a record batch lies, all of it within the batch. */
function layoutOf(
  message: Buffer,
  { offset, metadataBytes, bodyBytes }: Block,
  {
    where,
    isLast,
    jointCount,
  }: { readonly where: string; readonly isLast: boolean; readonly jointCount: number },
): BatchLayout {
  const { offsets, rows } = decodeMessage(message.subarray(prefixBytes), where);
  if (isLast ? rows < 1 || rows > rowsPerBatch : rows !== rowsPerBatch) {
    throw damagedBatch(where, `${isLast ? '1 to ' : ''}${rowsPerBatch} rows`, `${rows}`);
  }
  const imagesOffset = offsets[imagesBuffer]!;
  if (!(imagesOffset >= 0 && imagesOffset <= bodyBytes)) {
    throw damagedBatch(where, `images within ${bodyBytes} bytes`, `from byte ${imagesOffset}`);
  }
  const starts = columnNames.map((column) => {
    const { buffer, bytes } = columns[column];
    const start = offsets[buffer]!;
    const items = column === 'keypoints' ? rows * jointCount : rows;
    const end = start + (column === 'imageOffsets' ? items + 1 : items) * bytes;
    if (start >= 0 && start % 8 === 0 && end <= imagesOffset) return [column, start] as const;
    throw damagedBatch(
      where,
      `column ${column} within ${imagesOffset} bytes`,
      `${start} to ${end}`,
    );
  });
  return {
    where,
    rows,
    starts: Object.fromEntries(starts) as Record<HeadColumn, number>,
    bodyPosition: offset + metadataBytes,
    imagesOffset,
    imagesBytes: bodyBytes - imagesOffset,
  };
}

function decodeMessage(metadata: Buffer, where: string): { offsets: number[]; rows: number } {
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
