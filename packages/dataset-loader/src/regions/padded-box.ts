import type { Box, Region } from '@limber/keypoints';
import { defaultBoxPadding } from '@limber/keypoints';

/** The region around a box with its padding, not grown to any aspect ratio. Frame: imagePx. */
export function paddedBox([x, y, width, height]: Box): Region {
  return {
    center: { x: x + width / 2, y: y + height / 2 },
    size: { width: width * defaultBoxPadding, height: height * defaultBoxPadding },
  };
}
