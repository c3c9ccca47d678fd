import type { Affine } from './affine.ts';
import { composeAffine } from './affine.ts';
import type { Region, Size } from './box.ts';

/** How a crop is turned and mirrored. */
export interface CropOptions {
  /** Clockwise turn of the image about the region's centre, in degrees. */
  readonly rotationDegrees?: number;
  /** Whether the crop is mirrored left to right. Left and right joints must then be swapped. */
  readonly isFlipped?: boolean;
}

/**
 * The map from image pixels to the input pixels of a model that looks at a region.
 *
 * The region's centre lands on the middle of the input, ((width - 1) / 2, (height - 1) / 2), so that a
 * mirrored crop is exactly the mirror image of the crop.
 */
export function cropAffine(region: Region, input: Size, options: CropOptions = {}): Affine {
  const { rotationDegrees = 0, isFlipped = false } = options;
  const scale = input.width / region.size.width;
  const angle = (rotationDegrees * Math.PI) / 180;
  const cos = Math.cos(angle) * scale;
  const sin = Math.sin(angle) * scale;
  const { x, y } = region.center;
  const middleX = (input.width - 1) / 2;
  const middleY = (input.height - 1) / 2;
  const crop: Affine = [
    cos,
    -sin,
    middleX - cos * x + sin * y,
    sin,
    cos,
    middleY - sin * x - cos * y,
  ];
  return isFlipped ? composeAffine(mirrorAffine(input), crop) : crop;
}

/** The map that mirrors an image left to right: x becomes width - 1 - x. */
export function mirrorAffine(size: Size): Affine {
  return [-1, 0, size.width - 1, 0, 1, 0];
}
