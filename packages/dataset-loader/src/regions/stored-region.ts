import type { Affine, Box, Size } from '@limber/keypoints';
import { clipBox, defaultBoxPadding, regionOfBox } from '@limber/keypoints';

/**
 * How far a stored crop reaches: everything that a model may see under augmentation up to these factors
 * (MMPose's defaults for RandomBBoxTransform). Beyond is black.
 */
export const storedReach = { scale: 1.5, shift: 0.16 } as const;

/**
 * Pixels of the stored crop per pixel of the model's input, for a region that is not augmented. Above 1,
 * so that a region scaled down to 0.8 is still not blurred; a smaller number makes shards smaller and faster.
 */
export const storedDensity = 1.25;

/** The part of an image to store for one person. Whole pixels. */
export interface StoredRegion {
  /** Column of the first pixel. */
  readonly left: number;
  /** Row of the first pixel. */
  readonly top: number;
  /** Pixels cut from the image. */
  readonly cut: Size;
  /** Pixels stored, at most as many. */
  readonly stored: Size;
  /** Pixels of the stored crop → imagePx. */
  readonly cropToImage: Affine;
}

/**
 * The part of an image that augmentation can bring before the model, and how many pixels of it to keep.
 *
 * Frame: imagePx. Any rotation is covered, since the reach is the region's diagonal.
 */
export function storedRegion(box: Box, image: Size, input: Size): StoredRegion {
  const clipped = clipBox(box, image);
  const [, , boxWidth, boxHeight] = clipped;
  const region = regionOfBox(clipped, input);
  const diagonal = Math.hypot(region.size.width, region.size.height);
  const reach = (side: number): number =>
    (diagonal / 2) * storedReach.scale + side * defaultBoxPadding * storedReach.shift;
  const horizontal = cutLine(region.center.x, reach(boxWidth), image.width);
  const vertical = cutLine(region.center.y, reach(boxHeight), image.height);
  const density = Math.min(1, (storedDensity * input.width) / region.size.width);
  const cut: Size = { width: horizontal.length, height: vertical.length };
  const stored: Size = {
    width: Math.max(1, Math.round(cut.width * density)),
    height: Math.max(1, Math.round(cut.height * density)),
  };
  const scaleX = cut.width / stored.width;
  const scaleY = cut.height / stored.height;
  const [left, top] = [horizontal.start, vertical.start];
  // the outer edges of both images coincide, half a pixel before their first pixel's centre
  const offsetX = left + (scaleX - 1) / 2;
  const offsetY = top + (scaleY - 1) / 2;
  return { left, top, cut, stored, cropToImage: [scaleX, 0, offsetX, 0, scaleY, offsetY] };
}

function cutLine(center: number, reach: number, length: number): { start: number; length: number } {
  const start = Math.max(0, Math.floor(center - reach));
  const end = Math.min(length - 1, Math.ceil(center + reach));
  return { start, length: end - start + 1 };
}
