import type { Affine } from './affine.ts';
import { composeAffine } from './affine.ts';
import type { Region, Size } from './box.ts';

/**
 * What of the input a region's sides are as long as.
 *
 * `area`: the pixels, so that a region of w pixels has the scale W / w.
 * `lattice`: the way from the centre of the first pixel to that of the last, (W - 1) / w, as in unbiased data processing (UDP); the
 * scales along x and y then differ a little.
 *
 * @see Huang et al. 2020, arXiv:1911.07524, section 3.1.
 */
export type CropConvention = 'area' | 'lattice';

/** How a crop is turned and mirrored. */
export interface CropOptions {
  /** Clockwise turn of the image about the region's centre, in degrees. */
  readonly rotationDegrees?: number;
  /** Whether the crop is mirrored left to right. Left and right joints must then be swapped. */
  readonly isFlipped?: boolean;
  /** `area` by default. */
  readonly convention?: CropConvention;
}

/**
 * The map from image pixels to the input pixels of a model that looks at a region.
 *
 * The region's centre lands on the middle of the input, ((width - 1) / 2, (height - 1) / 2), so that a
 * mirrored crop is exactly the mirror image of the crop.
 */
export function cropAffine(region: Region, input: Size, options: CropOptions = {}): Affine {
  const { rotationDegrees = 0, isFlipped = false, convention = 'area' } = options;
  const scaleX = spanOf(input.width, convention) / region.size.width;
  const scaleY =
    convention === 'area' ? scaleX : spanOf(input.height, convention) / region.size.height;
  const angle = (rotationDegrees * Math.PI) / 180;
  const [cosX, sinX] = [Math.cos(angle) * scaleX, Math.sin(angle) * scaleX];
  const [cosY, sinY] = [Math.cos(angle) * scaleY, Math.sin(angle) * scaleY];
  const { x, y } = region.center;
  const middleX = (input.width - 1) / 2;
  const middleY = (input.height - 1) / 2;
  const crop: Affine = [
    cosX,
    -sinX,
    middleX - cosX * x + sinX * y,
    sinY,
    cosY,
    middleY - sinY * x - cosY * y,
  ];
  return isFlipped ? composeAffine(mirrorAffine(input), crop) : crop;
}

/** How long a side of so many pixels is, as a convention counts it. */
export function spanOf(side: number, convention: CropConvention): number {
  switch (convention) {
    case 'area':
      return side;
    case 'lattice':
      return side - 1;
  }
}

/** The map that mirrors an image left to right: x becomes width - 1 - x. */
export function mirrorAffine(size: Size): Affine {
  return [-1, 0, size.width - 1, 0, 1, 0];
}
