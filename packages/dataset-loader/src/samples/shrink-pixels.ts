import type { Affine } from '@limber/keypoints';
import type { Pixels } from './warp-affine.ts';

/** A smaller image and where its pixels lie in the one it was made from. */
export interface ShrunkPixels {
  readonly pixels: Pixels;
  /** Pixels of the smaller image → pixels of the larger one. */
  readonly toLarger: Affine;
}

/**
 * Averages squares of `factor` x `factor` pixels, so that a strong reduction does not alias.
 *
 * A remainder at the right or the bottom averages the pixels that are there.
 *
 * @param factor - a whole number >= 1; 1 gives the image itself.
 */
export function shrinkPixels(pixels: Pixels, factor: number): ShrunkPixels {
  const middle = (factor - 1) / 2;
  const toLarger: Affine = [factor, 0, middle, 0, factor, middle];
  if (factor === 1) return { pixels, toLarger };
  const { data, size } = pixels;
  const width = Math.ceil(size.width / factor);
  const height = Math.ceil(size.height / factor);
  const sums = new Uint32Array(width * 3);
  const target = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const top = y * factor;
    const rows = Math.min(factor, size.height - top);
    sums.fill(0);
    for (let row = 0; row < rows; row++) {
      let from = (top + row) * size.width * 3;
      for (let x = 0; x < size.width; x++) {
        const to = Math.floor(x / factor) * 3;
        sums[to]! += data[from++]!;
        sums[to + 1]! += data[from++]!;
        sums[to + 2]! += data[from++]!;
      }
    }
    for (let x = 0; x < width; x++) {
      const count = rows * Math.min(factor, size.width - x * factor);
      const to = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        target[to + channel] = Math.round(sums[x * 3 + channel]! / count);
      }
    }
  }
  return { pixels: { data: target, size: { width, height } }, toLarger };
}
