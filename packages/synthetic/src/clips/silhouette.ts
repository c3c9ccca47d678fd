import type { Box } from '@limber/keypoints';
import { part } from '../meshes/part.ts';
import type { DepthImage } from '../rendering/depth-image.ts';
import { samplesPerSide } from '../rendering/depth-image.ts';

/** The outline of a person in an image. Image pixels. */
export interface Silhouette {
  readonly bbox: Box;
  /** Square pixels. */
  readonly area: number;
}

/**
 * Measures the person in an image: the samples of every part of the body, hair and clothes, not of objects.
 *
 * @returns null when no sample shows the person.
 */
export function measureSilhouette(image: DepthImage): Silhouette | null {
  const { width, height, part: parts } = image;
  let samples = 0;
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let row = image.top; row <= image.bottom; row++) {
    for (let column = image.left; column <= image.right; column++) {
      if (parts[row * width + column]! <= part.object) continue;
      samples++;
      if (column < left) left = column;
      if (column > right) right = column;
      if (row < top) top = row;
      bottom = row;
    }
  }
  if (samples === 0) return null;
  // COCO's boxes count from the edge of the first pixel: an image w pixels wide reaches from 0 to w
  const scale = 1 / samplesPerSide;
  return {
    bbox: [left * scale, top * scale, (right + 1 - left) * scale, (bottom + 1 - top) * scale],
    area: samples * scale * scale,
  };
}
