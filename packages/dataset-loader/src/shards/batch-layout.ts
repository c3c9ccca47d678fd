import { LimberError } from '@limber/files';

/** Persons in each record batch but a shard's last one. */
export const rowsPerBatch = 128;

/**
 * All of a shard but its images, in memory: the head of each record batch, and where its columns begin.
 * Threads share it; it takes some 350 bytes for a person of 17 joints.
 */
export interface ShardHeads {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** {@link layoutLength} numbers for each record batch: see {@link layoutOf}. */
  readonly layout: Float64Array<SharedArrayBuffer>;
}

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
export const layoutLength: number = columnNames.length + 3;

/** The place in a batch's part of the layout of the numbers that follow those of the columns. */
export const placeInLayout: Readonly<Record<'rows' | 'imagesPosition' | 'imagesBytes', number>> = {
  rows: columnNames.length,
  imagesPosition: columnNames.length + 1,
  imagesBytes: columnNames.length + 2,
};

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
    rows: numbers[placeInLayout.rows]!,
    imagesPosition: numbers[placeInLayout.imagesPosition]!,
    imagesBytes: numbers[placeInLayout.imagesBytes]!,
  };
}

/** The error for a record batch that cannot be one of a shard. */
export function damagedBatch(where: string, expected: string, got: string): LimberError {
  const problem = { where, what: 'a damaged record batch', expected, got };
  return new LimberError('corrupt-data', { ...problem, fix: 'Pack the dataset again.' });
}
