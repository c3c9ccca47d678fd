import type { Pixels } from '../samples/warp-affine.ts';

const levels = 256;

/**
 * Gives every channel of every pixel the median of the square around it. At the edge the outermost
 * pixels are repeated. Level for level what OpenCV's `medianBlur` gives.
 *
 * A histogram moves along each row, so the time grows with the side, and not with the square.
 *
 * @param pixels - RGB, changed in place.
 * @param side - of the square, odd.
 * @see Huang, Yang and Tang 1979, "A fast two-dimensional median filtering algorithm".
 */
export function medianBlur({ data, size: { height, width } }: Pixels, side: number): void {
  const source = data.slice();
  const reach = (side - 1) / 2;
  const middle = (side * side + 1) / 2;
  const histogram = new Int32Array(levels);
  const clamp = (place: number, length: number): number => Math.min(Math.max(place, 0), length - 1);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      const rows = Array.from(
        { length: side },
        (_, row) => clamp(y + row - reach, height) * width * 3 + channel,
      );
      histogram.fill(0);
      /** `below` of the square's levels are smaller than `median`. */
      let [median, below] = [0, 0];
      const count = (x: number, change: 1 | -1): void => {
        const column = clamp(x, width) * 3;
        for (const row of rows) {
          const level = source[row + column]!;
          histogram[level]! += change;
          if (level < median) below += change;
        }
      };
      for (let x = -reach; x <= reach; x++) count(x, 1);
      for (let x = 0; x < width; x++) {
        while (below >= middle) below -= histogram[--median]!;
        while (below + histogram[median]! < middle) below += histogram[median++]!;
        data[(y * width + x) * 3 + channel] = median;
        count(x - reach, -1);
        count(x + reach + 1, 1);
      }
    }
  }
}
