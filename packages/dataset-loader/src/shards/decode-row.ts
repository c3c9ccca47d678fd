import type { KeypointHead } from '../datasets/keypoint-row.ts';
import type { BatchLayout, ShardHeads } from './batch-layout.ts';
import { damagedBatch } from './batch-layout.ts';

/** A row without its image, and where in the file that image lies. */
export interface DecodedRow {
  readonly head: KeypointHead;
  readonly imageCrc32: number;
  readonly imageRange: { readonly position: number; readonly length: number };
}

/** One buffer as numbers of each type; Arrow's are little-endian, and so is whatever runs Node.js. */
export interface HeadViews {
  readonly int8: Int8Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
}

/** The views of a shard's heads: made once, since making one takes as long as reading a row. */
export function viewHeads({ bytes: { buffer } }: ShardHeads): HeadViews {
  return {
    int8: new Int8Array(buffer),
    int32: new Int32Array(buffer),
    uint32: new Uint32Array(buffer),
    float32: new Float32Array(buffer),
    float64: new Float64Array(buffer),
  };
}

/** Which row, and of how many joints. */
interface RowOptions {
  readonly index: number;
  readonly jointCount: number;
  /** Names the row in errors. */
  readonly where: () => string;
}

/**
 * Reads one row of a shard's heads.
 *
 * @param options.index - the row's place in the batch.
 * @throws {LimberError} `corrupt-data` if there is no such row, or its image lies outside of its batch.
 */
export function decodeRow(
  { int8, int32, uint32, float32, float64 }: HeadViews,
  batch: BatchLayout,
  { index, jointCount, where }: RowOptions,
): DecodedRow {
  const { rows, imagesPosition, imagesBytes } = batch;
  if (!(index < rows)) throw damagedBatch(where(), `at least ${index + 1} rows`, `${rows}`);
  // every column begins at a multiple of 8 bytes
  const wordOf = (column: number): number => int32[column / 4 + index]!;
  const longOf = (column: number, item = index): number => {
    const at = column / 4 + item * 2;
    return uint32[at]! + int32[at + 1]! * 2 ** 32;
  };
  const [start, end] = [longOf(batch.imageOffsets), longOf(batch.imageOffsets, index + 1)];
  if (!(start >= 0 && start <= end && end <= imagesBytes)) {
    throw damagedBatch(where(), `an image within ${imagesBytes} bytes`, `bytes ${start} to ${end}`);
  }
  const box = batch.bbox / 8 + index * 4;
  const map = batch.cropToImage / 8 + index * 6;
  const joints = batch.keypoints / 4 + index * jointCount * 3;
  const keypoints = new Float32Array(jointCount * 3);
  for (let at = 0; at < keypoints.length; at++) keypoints[at] = float32[joints + at]!;
  return {
    head: {
      annotationId: longOf(batch.annotationId),
      imageId: longOf(batch.imageId),
      imageSize: { height: wordOf(batch.imageHeight), width: wordOf(batch.imageWidth) },
      bbox: [float64[box]!, float64[box + 1]!, float64[box + 2]!, float64[box + 3]!],
      area: float64[batch.area / 8 + index]!,
      iscrowd: int8[batch.iscrowd + index] === 1 ? 1 : 0,
      keypoints,
      cropToImage: [
        float64[map]!,
        float64[map + 1]!,
        float64[map + 2]!,
        float64[map + 3]!,
        float64[map + 4]!,
        float64[map + 5]!,
      ],
      cropSize: { height: wordOf(batch.cropHeight), width: wordOf(batch.cropWidth) },
    },
    imageCrc32: uint32[batch.imageCrc32 / 4 + index]!,
    imageRange: { position: imagesPosition + start, length: end - start },
  };
}
