import type { Affine, Box } from '@limber/keypoints';
import type { KeypointHead } from '../datasets/keypoint-row.ts';
import type { BatchLayout, ShardHeads } from './batch-layout.ts';
import { damagedBatch } from './batch-layout.ts';

/** A row without its image, and where in the file that image lies. */
export interface DecodedRow {
  readonly head: KeypointHead;
  readonly imageCrc32: number;
  readonly imageRange: { readonly position: number; readonly length: number };
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
  { bytes: { buffer } }: ShardHeads,
  batch: BatchLayout,
  { index, jointCount, where }: RowOptions,
): DecodedRow {
  const { rows, imagesPosition, imagesBytes } = batch;
  if (!(index < rows)) throw damagedBatch(where(), `at least ${index + 1} rows`, `${rows}`);
  const view = new DataView(buffer);
  const float64 = (column: number, count: number): number[] => {
    const at = column + index * count * 8;
    return Array.from({ length: count }, (_, item) => view.getFloat64(at + item * 8, true));
  };
  const int32 = (column: number): number => view.getInt32(column + index * 4, true);
  const int64 = (column: number, item = index): number =>
    view.getUint32(column + item * 8, true) + view.getInt32(column + item * 8 + 4, true) * 2 ** 32;
  const [start, end] = [int64(batch.imageOffsets), int64(batch.imageOffsets, index + 1)];
  const joints = jointCount * 3;
  if (!(start >= 0 && start <= end && end <= imagesBytes)) {
    throw damagedBatch(where(), `an image within ${imagesBytes} bytes`, `bytes ${start} to ${end}`);
  }
  return {
    head: {
      annotationId: int64(batch.annotationId),
      imageId: int64(batch.imageId),
      imageSize: { height: int32(batch.imageHeight), width: int32(batch.imageWidth) },
      bbox: float64(batch.bbox, 4) as unknown as Box,
      area: float64(batch.area, 1)[0]!,
      iscrowd: view.getInt8(batch.iscrowd + index) === 1 ? 1 : 0,
      keypoints: new Float32Array(
        new Float32Array(buffer, batch.keypoints + index * joints * 4, joints),
      ),
      cropToImage: float64(batch.cropToImage, 6) as unknown as Affine,
      cropSize: { height: int32(batch.cropHeight), width: int32(batch.cropWidth) },
    },
    imageCrc32: view.getUint32(batch.imageCrc32 + index * 4, true),
    imageRange: { position: imagesPosition + start, length: end - start },
  };
}
