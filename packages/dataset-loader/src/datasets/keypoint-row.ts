import type { Affine, Box, Size } from '@limber/keypoints';

/** One person of a dataset, as stored in a shard. */
export interface KeypointRow {
  readonly annotationId: number;
  readonly imageId: number;
  /** Of the image that the person was cut from, in pixels. */
  readonly imageSize: Size;
  /** imagePx, as annotated. */
  readonly bbox: Box;
  /** Square image pixels of the person's outline. */
  readonly area: number;
  readonly iscrowd: 0 | 1;
  /** [K, 3]: x, y in imagePx, v 0 | 1 | 2. */
  readonly keypoints: Float32Array;
  /** Pixels of the stored crop → imagePx. */
  readonly cropToImage: Affine;
  /** Of the stored crop, in its own pixels. */
  readonly cropSize: Size;
  /** JPEG of the stored crop. */
  readonly image: Uint8Array;
}

/** A row without its image. */
export type KeypointHead = Omit<KeypointRow, 'image'>;
