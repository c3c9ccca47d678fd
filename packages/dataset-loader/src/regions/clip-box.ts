import type { Box, Size } from '@limber/keypoints';

/**
 * The part of a box inside its image, from which a person's region is taken, as MMPose does.
 *
 * Frame: imagePx.
 *
 * @returns without width or height if no part is inside.
 */
export function clipBox(box: Box, image: Size): Box {
  const [x, y, width, height] = box;
  const clamp = (value: number, limit: number): number => Math.min(Math.max(value, 0), limit);
  const left = clamp(x, image.width);
  const top = clamp(y, image.height);
  const right = clamp(x + width, image.width);
  const bottom = clamp(y + height, image.height);
  return [left, top, right - left, bottom - top];
}
