import type { Random, Size } from '@limber/keypoints';
import type { CoarseDropout } from './augmentation.ts';

/**
 * Blackens rectangles of an input; its joints stay labelled.
 *
 * Frame: inputPx.
 *
 * @param pixels - RGB, [height, width, 3], changed in place.
 */
export function dropRectangles(
  pixels: Uint8Array,
  input: Size,
  options: CoarseDropout,
  random: Random,
): void {
  if (!random.chance(options.probability)) return;
  const [fewest, most] = options.holes;
  const holes = random.integer(fewest, most);
  for (let hole = 0; hole < holes; hole++) {
    const height = Math.round(random.uniform(...options.size) * input.height);
    const width = Math.round(random.uniform(...options.size) * input.width);
    const top = random.integer(0, input.height - height);
    const left = random.integer(0, input.width - width);
    for (let y = top; y < top + height; y++) {
      const start = (y * input.width + left) * 3;
      pixels.fill(0, start, start + width * 3);
    }
  }
}
