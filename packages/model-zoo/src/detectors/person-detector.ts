import type { Box } from '@limber/keypoints';

/** RGB pixels of an image, upright, row by row: [height, width, 3], levels 0 to 255. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

/** A person that was found. */
export interface DetectedPerson {
  /** In imagePx, inside the image. */
  readonly box: Box;
  /** 0 to 1. */
  readonly score: number;
}

/** Finds persons in an image, for models that look at one person each. */
export interface PersonDetector {
  /** @returns the persons, best score first. */
  detect(image: RgbImage): Promise<DetectedPerson[]>;
  /** Frees the model's weights. */
  dispose(): void;
}
