import type { Point } from './affine.ts';

/** Height and width of an image or heatmap in its own pixels. A 256x192 model has height 256, width 192. */
export interface Size {
  readonly height: number;
  readonly width: number;
}

/** A box as COCO writes it, in image pixels: left, top, width, height. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/**
 * The part of a box that lies inside its image, from which a person's region is taken, as MMPose does.
 *
 * Frame: image pixels.
 *
 * @returns without width or height if no part is inside.
 */
export function clipBox([x, y, width, height]: Box, image: Size): Box {
  const clamp = (value: number, limit: number): number => Math.min(Math.max(value, 0), limit);
  const [left, top] = [clamp(x, image.width), clamp(y, image.height)];
  return [left, top, clamp(x + width, image.width) - left, clamp(y + height, image.height) - top];
}

/** A region of an image to be looked at: its centre and extent in image pixels. */
export interface Region {
  readonly center: Point;
  readonly size: Size;
}

/** How much larger than the box a crop is (MMPose `GetBBoxCenterScale`, SimpleBaseline section 4.1). */
export const defaultBoxPadding = 1.25;

/**
 * The region around a box that a model of the given input size sees: padded, and grown along one side
 * to the aspect ratio of the input.
 *
 * Frame: image pixels.
 *
 * @param padding - factor on both sides, > 0; larger shows more surroundings.
 */
export function regionOfBox(box: Box, input: Size, padding: number = defaultBoxPadding): Region {
  const [x, y, boxWidth, boxHeight] = box;
  const aspect = input.width / input.height;
  const width = Math.max(boxWidth, boxHeight * aspect);
  return {
    center: { x: x + boxWidth / 2, y: y + boxHeight / 2 },
    size: { width: width * padding, height: (width / aspect) * padding },
  };
}
