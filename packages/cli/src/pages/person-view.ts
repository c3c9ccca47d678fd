import type { Box, Size } from '@limber/keypoints';

/** The part of an image that a person is shown with, in whole imagePx. */
export interface PersonView extends Size {
  readonly left: number;
  readonly top: number;
}

/** How much of the surroundings is shown, as a part of the box. */
const margin = 0.2;

/** The surroundings of a box, cut at the edges of the image: at least one pixel, wherever the box lies. */
export function viewOf([x, y, boxWidth, boxHeight]: Box, image: Size): PersonView {
  const border = margin * Math.max(boxWidth, boxHeight);
  const left = clamp(Math.floor(x - border), 0, image.width - 1);
  const top = clamp(Math.floor(y - border), 0, image.height - 1);
  const right = clamp(Math.ceil(x + boxWidth + border), left + 1, image.width);
  const bottom = clamp(Math.ceil(y + boxHeight + border), top + 1, image.height);
  return { left, top, width: right - left, height: bottom - top };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
