import type { Size } from '@limber/keypoints';
import type { ImagePrint } from './image-print.ts';

/** What is known of an image that was decoded. Its size is that in which it is stored. */
export interface DecodedImage extends Size {
  /** EXIF: 1 upright, 2 to 8 mirrored or turned. */
  readonly orientation: number;
  /** What it looks like. */
  readonly print: ImagePrint;
}

/** What is known of an image file whose bytes were read and decoded. */
export interface ImageFacts extends DecodedImage {
  readonly sizeBytes: number;
  /** Of the file's bytes. */
  readonly sha256: string;
}
