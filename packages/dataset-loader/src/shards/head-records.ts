import type { KeypointHead } from '../datasets/keypoint-row.ts';
import type { HeadColumn } from './batch-layout.ts';
import { damagedBatch } from './batch-layout.ts';

/**
 * All of a shard but its images, in memory, a record for each row: in columns, as the file has them, every number
 * of a row is at another place, and reading one at random waits for memory a dozen times.
 * Threads share it; it takes some 350 bytes for a person of 17 joints.
 */
export interface ShardHeads {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly rows: number;
  readonly jointCount: number;
}

/** One buffer as numbers of each type; Arrow's are little-endian, and so is whatever runs Node.js. */
export interface HeadViews {
  readonly int8: Int8Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** The views of a buffer: made once, since making one takes as long as reading a row. */
export function viewHeads(buffer: ArrayBufferLike): HeadViews {
  const length = Math.floor(buffer.byteLength / 8);
  return {
    int8: new Int8Array(buffer),
    int32: new Int32Array(buffer, 0, length * 2),
    uint32: new Uint32Array(buffer, 0, length * 2),
    float32: new Float32Array(buffer, 0, length * 2),
    float64: new Float64Array(buffer, 0, length),
  };
}

// A record: first numbers of 8 bytes, then of 4, and the joints at its end.
const annotationId = 0;
const imageId = 1;
const bbox = 2;
const area = 6;
const cropToImage = 7;
/** In the file. */
const imagePosition = 13;
const imageLength = 14;
/** From here on in numbers of 4 bytes. */
const imageWidth = 30;
const imageHeight = 31;
const cropWidth = 32;
const cropHeight = 33;
const imageCrc32 = 34;
const iscrowd = 35;
const keypoints = 36;

/** Bytes of a record, a multiple of 8. */
export function recordBytesOf(jointCount: number): number {
  return Math.ceil((keypoints + jointCount * 3) / 2) * 8;
}

/** A record batch, and what becomes of it. */
interface WriteOptions {
  /** Names the batch in errors. */
  readonly where: string;
  readonly rows: number;
  readonly jointCount: number;
  /** The first byte of each column in the batch, a multiple of 8. */
  readonly starts: Readonly<Record<HeadColumn, number>>;
  readonly imagesPosition: number;
  readonly imagesBytes: number;
  /** The place of the batch's first row among the records. */
  readonly firstRow: number;
}

/**
 * Writes the records of a batch's rows.
 *
 * @throws {LimberError} `corrupt-data` if an image lies outside of its batch.
 */
export function writeRecords(
  records: HeadViews,
  batch: HeadViews,
  { where, rows, jointCount, starts, imagesPosition, imagesBytes, firstRow }: WriteOptions,
): void {
  const words = recordBytesOf(jointCount) / 4;
  const longOf = (start: number, index: number): number => {
    const at = start / 4 + index * 2;
    return batch.uint32[at]! + batch.int32[at + 1]! * 2 ** 32;
  };
  for (let index = 0; index < rows; index++) {
    const word = (firstRow + index) * words;
    const long = word / 2;
    const start = longOf(starts.imageOffsets, index);
    const end = longOf(starts.imageOffsets, index + 1);
    if (!(start >= 0 && start <= end && end <= imagesBytes)) {
      const expected = `an image within ${imagesBytes} bytes`;
      throw damagedBatch(`${where}, row ${index}`, expected, `bytes ${start} to ${end}`);
    }
    const { int32, uint32, float32, float64 } = records;
    float64[long + annotationId] = longOf(starts.annotationId, index);
    float64[long + imageId] = longOf(starts.imageId, index);
    for (let at = 0; at < 4; at++) {
      float64[long + bbox + at] = batch.float64[starts.bbox / 8 + index * 4 + at]!;
    }
    float64[long + area] = batch.float64[starts.area / 8 + index]!;
    for (let at = 0; at < 6; at++) {
      float64[long + cropToImage + at] = batch.float64[starts.cropToImage / 8 + index * 6 + at]!;
    }
    float64[long + imagePosition] = imagesPosition + start;
    float64[long + imageLength] = end - start;
    int32[word + imageWidth] = batch.int32[starts.imageWidth / 4 + index]!;
    int32[word + imageHeight] = batch.int32[starts.imageHeight / 4 + index]!;
    int32[word + cropWidth] = batch.int32[starts.cropWidth / 4 + index]!;
    int32[word + cropHeight] = batch.int32[starts.cropHeight / 4 + index]!;
    uint32[word + imageCrc32] = batch.uint32[starts.imageCrc32 / 4 + index]!;
    int32[word + iscrowd] = batch.int8[starts.iscrowd + index]!;
    const joints = starts.keypoints / 4 + index * jointCount * 3;
    for (let at = 0; at < jointCount * 3; at++) {
      float32[word + keypoints + at] = batch.float32[joints + at]!;
    }
  }
}

/** Reads a row. @param word - where its record begins, in numbers of 4 bytes. */
export function readHead(
  { int32, float32, float64 }: HeadViews,
  word: number,
  jointCount: number,
): KeypointHead {
  const long = word / 2;
  const box = long + bbox;
  const map = long + cropToImage;
  const joints = new Float32Array(jointCount * 3);
  for (let at = 0; at < joints.length; at++) joints[at] = float32[word + keypoints + at]!;
  return {
    annotationId: float64[long + annotationId]!,
    imageId: float64[long + imageId]!,
    imageSize: { height: int32[word + imageHeight]!, width: int32[word + imageWidth]! },
    bbox: [float64[box]!, float64[box + 1]!, float64[box + 2]!, float64[box + 3]!],
    area: float64[long + area]!,
    iscrowd: int32[word + iscrowd] === 1 ? 1 : 0,
    keypoints: joints,
    cropToImage: [
      float64[map]!,
      float64[map + 1]!,
      float64[map + 2]!,
      float64[map + 3]!,
      float64[map + 4]!,
      float64[map + 5]!,
    ],
    cropSize: { height: int32[word + cropHeight]!, width: int32[word + cropWidth]! },
  };
}

/** The CRC-32 that a row's image was packed with. */
export function readCrc32({ uint32 }: HeadViews, word: number): number {
  return uint32[word + imageCrc32]!;
}

/** Where in the file a row's image lies. */
export function readImageRange(
  { float64 }: HeadViews,
  word: number,
): { readonly position: number; readonly length: number } {
  return { position: float64[word / 2 + imagePosition]!, length: float64[word / 2 + imageLength]! };
}
