import type { Affine, Box, Region, Size } from '@limber/keypoints';
import { clipBox, regionOfBox } from '@limber/keypoints';
import { halfBodyRegions } from '../augmentations/half-body.ts';
import type { ViewedPerson } from '../augmentations/view.ts';
import { paddedBox } from './padded-box.ts';
import type { Reach } from './reach.ts';
import { turnedReach } from './reach.ts';

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

/** Whose crop is cut. */
export interface StoredPerson {
  /** imagePx, as annotated. */
  readonly box: Box;
  /** [K, 3]: x, y in imagePx, v. */
  readonly keypoints: Float32Array;
  readonly skeleton: ViewedPerson['skeleton'];
}

/** What crops are cut for. */
export interface StoredReach {
  /** Of the model. */
  readonly inputSize: Size;
  readonly reach: Reach;
}

/**
 * The part of an image that augmentation can bring before the model, and how many pixels of it to keep: around the whole
 * person, and around either half where that may be shown alone.
 *
 * Frame: imagePx.
 */
export function storedRegion(
  { box, keypoints, skeleton }: StoredPerson,
  image: Size,
  { inputSize, reach }: StoredReach,
): StoredRegion {
  const clipped = clipBox(box, image);
  const halves =
    reach.halfBody === null ? [] : halfBodyRegions({ keypoints, skeleton }, reach.halfBody);
  const seen = [paddedBox(clipped), ...halves];
  const lines = seen.map((region) => {
    const { x, y } = reachAround(region, inputSize, reach);
    return {
      horizontal: [region.center.x - x, region.center.x + x] as const,
      vertical: [region.center.y - y, region.center.y + y] as const,
    };
  });
  const horizontal = cutLine(
    lines.map((line) => line.horizontal),
    image.width,
  );
  const vertical = cutLine(
    lines.map((line) => line.vertical),
    image.height,
  );
  const region = regionOfBox(clipped, inputSize);
  const density = Math.min(1, (storedDensity * inputSize.width) / region.size.width);
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

/** How far from the centre of a region, not yet grown to the input's aspect ratio, is looked. */
function reachAround(
  { size }: Region,
  inputSize: Size,
  { scale, shift, degrees }: Reach,
): { x: number; y: number } {
  const width = Math.max(size.width, (size.height * inputSize.width) / inputSize.height);
  const turned = turnedReach(inputSize, degrees);
  return {
    x: turned.x * width * scale + size.width * shift,
    y: turned.y * width * scale + size.height * shift,
  };
}

/** The pixels of a line that ranges take in. */
function cutLine(
  ranges: readonly (readonly [from: number, to: number])[],
  length: number,
): { start: number; length: number } {
  const start = Math.max(0, Math.floor(Math.min(...ranges.map(([from]) => from))));
  const end = Math.min(length - 1, Math.ceil(Math.max(...ranges.map(([, to]) => to))));
  return { start, length: end - start + 1 };
}
