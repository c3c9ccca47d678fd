import type { Affine, Box } from '@limber/keypoints';
import { LimberError } from '@limber/files';
import { Message } from 'apache-arrow';
import type { KeypointRow } from '../datasets/keypoint-row.ts';

/** A row without its image, and where in the body of the record batch that image lies. */
export type RowHead = Omit<KeypointRow, 'image'> & {
  readonly imageRange: { readonly start: number; readonly end: number };
};

/**
 * Reads one row of a record batch of {@link createShardSchema}'s columns from the batch's first bytes.
 *
 * @param bytes - the batch's encapsulated message, and the body up to, at least, the images' offsets.
 * @param metadataBytes - how many of the bytes are the message, prefix included.
 * @param options.index - the row's place in the batch.
 * @param options.bodyBytes - of the whole record batch.
 * @param options.where - named in errors.
 * @throws {LimberError} `corrupt-data` if it is no such batch.
 * @see Arrow columnar format, "Encapsulated message format" and "Recordbatch body structure".
 */
export function decodeRow(
  bytes: Buffer,
  metadataBytes: number,
  options: {
    readonly index: number;
    readonly jointCount: number;
    readonly bodyBytes: number;
    readonly where: string;
  },
): RowHead {
  const { index, jointCount, bodyBytes, where } = options;
  const head = bytes.subarray(metadataBytes);
  const { offsets, length } = readLayout(bytes.subarray(prefixBytes, metadataBytes), where);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const place = (column: keyof typeof bufferOf, bytes: number): number => {
    const start = offsets[bufferOf[column]]! + index * bytes;
    if (start + bytes <= head.length) return start;
    throw damaged(where, `column ${column} within ${head.length} bytes`, `${start + bytes}`);
  };
  if (index >= length) throw damaged(where, `at least ${index + 1} rows`, `${length}`);
  const float64 = (column: keyof typeof bufferOf, count: number): number[] => {
    const start = place(column, count * 8);
    return Array.from({ length: count }, (_, at) => view.getFloat64(start + at * 8, true));
  };
  const integer = (column: keyof typeof bufferOf): number =>
    Number(view.getBigInt64(place(column, 8), true));
  const keypointsAt = place('keypoints', jointCount * 12);
  const imageOffsetsAt = place('imageOffsets', 8);
  const imagesAt = offsets[bufferOf.images]!;
  const start = imagesAt + Number(view.getBigInt64(imageOffsetsAt, true));
  const end = imagesAt + Number(view.getBigInt64(imageOffsetsAt + 8, true));
  if (!(start >= 0 && start < end && end <= bodyBytes)) {
    throw damaged(where, `an image within ${bodyBytes} bytes`, `bytes ${start} to ${end}`);
  }
  return {
    annotationId: integer('annotationId'),
    imageId: integer('imageId'),
    imageSize: {
      height: view.getInt32(place('imageHeight', 4), true),
      width: view.getInt32(place('imageWidth', 4), true),
    },
    bbox: float64('bbox', 4) as unknown as Box,
    area: float64('area', 1)[0]!,
    iscrowd: view.getInt8(place('iscrowd', 1)) === 1 ? 1 : 0,
    keypoints: Float32Array.from({ length: jointCount * 3 }, (_, at) =>
      view.getFloat32(keypointsAt + at * 4, true),
    ),
    cropToImage: float64('cropToImage', 6) as unknown as Affine,
    imageRange: { start, end },
  };
}

/**
 * The number of each column's buffer in a batch. A plain column has a validity bitmap (empty here) and its
 * values; a list has a bitmap and then the buffers of its items; a binary column has offsets in between.
 */
const bufferOf = {
  annotationId: 1,
  imageId: 3,
  imageWidth: 5,
  imageHeight: 7,
  bbox: 10,
  area: 12,
  iscrowd: 14,
  keypoints: 17,
  cropToImage: 20,
  imageOffsets: 22,
  images: 23,
} as const;
const bufferCount = 24;
const prefixBytes = 8;

function readLayout(metadata: Buffer, where: string): { offsets: number[]; length: number } {
  let message: Message;
  try {
    message = Message.decode(metadata);
  } catch (cause) {
    throw damaged(where, 'an Arrow message', String(cause));
  }
  if (!message.isRecordBatch()) throw damaged(where, 'a record batch', 'another message');
  const { buffers, length } = message.header();
  if (buffers.length !== bufferCount) {
    throw damaged(where, `${bufferCount} buffers`, `${buffers.length}`);
  }
  return { offsets: buffers.map(({ offset }) => offset), length };
}

function damaged(where: string, expected: string, got: string): LimberError {
  const problem = { where, what: 'a damaged record batch', expected, got };
  return new LimberError('corrupt-data', { ...problem, fix: 'Pack the dataset again.' });
}
