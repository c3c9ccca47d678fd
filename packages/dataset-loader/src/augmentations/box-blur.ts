import type { Pixels } from '../samples/warp-affine.ts';

/**
 * Gives every pixel the mean of the square around it. At the edge the image is mirrored, the outermost
 * pixels once. Level for level what OpenCV's `blur` gives.
 *
 * @param pixels - RGB, changed in place.
 * @param side - of the square, odd.
 */
export function boxBlur({ data, size: { height, width } }: Pixels, side: number): void {
  const reach = (side - 1) / 2;
  const sums = new Uint32Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      for (let shift = -reach; shift <= reach; shift++) {
        const from = (y * width + mirrored(x + shift, width)) * 3;
        sums[at]! += data[from]!;
        sums[at + 1]! += data[from + 1]!;
        sums[at + 2]! += data[from + 2]!;
      }
    }
  }
  const rowLength = width * 3;
  const count = side * side;
  const column = new Uint32Array(rowLength);
  for (let y = 0; y < height; y++) {
    column.fill(0);
    for (let shift = -reach; shift <= reach; shift++) {
      const from = mirrored(y + shift, height) * rowLength;
      for (let at = 0; at < rowLength; at++) column[at]! += sums[from + at]!;
    }
    for (let at = 0; at < rowLength; at++) {
      data[y * rowLength + at] = Math.round(column[at]! / count);
    }
  }
}

/** The place inside of a line that a place outside of it mirrors, without the end pixel twice. */
function mirrored(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const inPeriod = ((place % period) + period) % period;
  return inPeriod < length ? inPeriod : period - inPeriod;
}
