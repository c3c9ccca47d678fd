import { LimberError } from '@limber/files';

/** Persons in each record batch but a shard's last one. */
export const rowsPerBatch = 128;

/**
 * The number of each column's buffer in a batch, and its bytes in a row. A plain column has a validity
 * bitmap (empty here) and its values; a list has a bitmap and then the buffers of its items; a binary
 * column has offsets in between.
 */
export const columns = {
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
export const imagesBuffer = 29;
export const bufferCount = 30;

export type HeadColumn = keyof typeof columns;
export const columnNames: readonly HeadColumn[] = Object.keys(columns) as HeadColumn[];

/** The error for a record batch that cannot be one of a shard. */
export function damagedBatch(where: string, expected: string, got: string): LimberError {
  const problem = { where, what: 'a damaged record batch', expected, got };
  return new LimberError('corrupt-data', { ...problem, fix: 'Pack the dataset again.' });
}
