import { LimberError } from '@limber/files';
import { Message } from 'apache-arrow';
import type { OpenedFile } from './read-bytes.ts';
import { readBytes } from './read-bytes.ts';
import type { Block } from './read-footer.ts';
import { sha256Of } from './sha256.ts';
import type { OnPart } from './shard-parts.ts';

/**
 * All of a shard but its images, in memory: the head of each record batch, and where its columns begin.
 * Threads share it; it takes some 350 bytes for a person of 17 joints.
 */
export interface ShardHeads {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** {@link layoutLength} numbers for each record batch: see {@link placeOf}. */
  readonly layout: Float64Array<SharedArrayBuffer>;
}

/**
 * The number of each column's buffer in a batch, and its bytes in a row. A plain column has a validity
 * bitmap (empty here) and its values; a list has a bitmap and then the buffers of its items; a binary
 * column has offsets in between.
 */
const columns = {
  annotationId: { buffer: 1, bytes: 8 },
  imageId: { buffer: 3, bytes: 8 },
  imageWidth: { buffer: 5, bytes: 4 },
  imageHeight: { buffer: 7, bytes: 4 },
  bbox: { buffer: 10, bytes: 32 },
  area: { buffer: 12, bytes: 8 },
  iscrowd: { buffer: 14, bytes: 1 },
  /** For each joint. */
  keypoints: { buffer: 17, bytes: 12 },
  cropToImage: { buffer: 20, bytes: 48 },
  cropWidth: { buffer: 22, bytes: 4 },
  cropHeight: { buffer: 24, bytes: 4 },
  imageCrc32: { buffer: 26, bytes: 4 },
  imageOffsets: { buffer: 28, bytes: 8 },
} as const;
const imagesBuffer = 29;
const bufferCount = 30;

type HeadColumn = keyof typeof columns;
const columnNames = Object.keys(columns) as HeadColumn[];
const layoutLength = columnNames.length + 3;

/** The place in a batch's part of the layout of the numbers that follow those of the columns. */
const [rowsAt, imagesAt, imagesBytesAt] = [0, 1, 2].map((at) => columnNames.length + at) as [
  number,
  number,
  number,
];

/** A record batch: where each column begins in the heads, and where its images lie in the file. */
export type BatchLayout = Readonly<Record<HeadColumn, number>> & {
  readonly rows: number;
  readonly imagesPosition: number;
  readonly imagesBytes: number;
};

/** The layout of a record batch. */
export function layoutOf({ layout }: ShardHeads, batch: number): BatchLayout {
  const numbers = layout.subarray(batch * layoutLength, (batch + 1) * layoutLength);
  const places = columnNames.map((name, at) => [name, numbers[at]!] as const);
  return {
    ...(Object.fromEntries(places) as Record<HeadColumn, number>),
    rows: numbers[rowsAt]!,
    imagesPosition: numbers[imagesAt]!,
    imagesBytes: numbers[imagesBytesAt]!,
  };
}

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
    layout[batch * layoutLength + rowsAt] = rows;
    layout[batch * layoutLength + imagesAt] = position + imagesOffset;
    layout[batch * layoutLength + imagesBytesAt] = bodyBytes - imagesOffset;
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

/** The error for a record batch that cannot be one of a shard. */
export function damagedBatch(where: string, expected: string, got: string): LimberError {
  const problem = { where, what: 'a damaged record batch', expected, got };
  return new LimberError('corrupt-data', { ...problem, fix: 'Pack the dataset again.' });
}
