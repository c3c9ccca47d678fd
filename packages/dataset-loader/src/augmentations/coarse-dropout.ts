import type { Random } from '@limber/keypoints';
import type { Pixels } from '../samples/warp-affine.ts';

/** Blackens rectangles of the input (Albumentations `CoarseDropout`, as RTMPose uses it). */
export interface CoarseDropout {
  /** How often, 0 to 1. */
  readonly probability: number;
  /** How many rectangles. */
  readonly holes: readonly [fewest: number, most: number];
  /** Their sides as fractions of the input's. */
  readonly size: readonly [smallest: number, largest: number];
}

/**
 * Blackens rectangles of an input; its joints stay labelled.
 *
 * Frame: inputPx.
 *
 * @param pixels - changed in place.
 */
export function dropRectangles(
  { data, size: input }: Pixels,
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
      data.fill(0, start, start + width * 3);
    }
  }
}
