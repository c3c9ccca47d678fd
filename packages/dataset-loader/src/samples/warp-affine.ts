import type { Affine, Size } from '@limber/keypoints';

/** An image of 8-bit RGB pixels, row by row: [height, width, 3]. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly size: Size;
}

/** Coordinates are kept to 1/1024 pixel while they are added up, and to 1/32 pixel for the weights (OpenCV's INTER_BITS). */
const sumBits = 10;
const weightBits = 5;
const weightSteps = 1 << weightBits;
const weightMask = weightSteps - 1;
const roundShift = 1 << (sumBits - weightBits - 1);
const roundWeight = 1 << (2 * weightBits - 1);

/**
 * Draws an image through an affine map with bilinear interpolation; outside of the image is black.
 *
 * Level for level what OpenCV's `warpAffine(INTER_LINEAR, BORDER_CONSTANT 0)` gives in its fixed-point form.
 *
 * @param toSource - target pixels → source pixels. A map that shrinks by more than 2 skips source pixels.
 * @param pixels - filled completely.
 */
export function warpAffine(source: Pixels, toSource: Affine, pixels: Pixels): void {
  const [a, b, c, d, e, f] = toSource;
  const { data } = source;
  const { width: sourceWidth, height: sourceHeight } = source.size;
  const { data: target } = pixels;
  const { width, height } = pixels.size;
  const stride = sourceWidth * 3;
  const sumScale = 1 << sumBits;
  const columnX = Int32Array.from({ length: width }, (_, x) => Math.round(a * x * sumScale));
  const columnY = Int32Array.from({ length: width }, (_, x) => Math.round(d * x * sumScale));
  let at = 0;
  for (let y = 0; y < height; y++) {
    const rowX = Math.round((b * y + c) * sumScale) + roundShift;
    const rowY = Math.round((e * y + f) * sumScale) + roundShift;
    for (let x = 0; x < width; x++, at += 3) {
      const fineX = (rowX + columnX[x]!) >> (sumBits - weightBits);
      const fineY = (rowY + columnY[x]!) >> (sumBits - weightBits);
      const left = fineX >> weightBits;
      const top = fineY >> weightBits;
      const right = fineX & weightMask;
      const bottom = fineY & weightMask;
      const w00 = (weightSteps - right) * (weightSteps - bottom);
      const w01 = right * (weightSteps - bottom);
      const w10 = (weightSteps - right) * bottom;
      const w11 = right * bottom;
      const p = top * stride + left * 3;
      if (left >= 0 && top >= 0 && left < sourceWidth - 1 && top < sourceHeight - 1) {
        const q = p + stride;
        target[at] =
          (data[p]! * w00 +
            data[p + 3]! * w01 +
            data[q]! * w10 +
            data[q + 3]! * w11 +
            roundWeight) >>
          (2 * weightBits);
        target[at + 1] =
          (data[p + 1]! * w00 +
            data[p + 4]! * w01 +
            data[q + 1]! * w10 +
            data[q + 4]! * w11 +
            roundWeight) >>
          (2 * weightBits);
        target[at + 2] =
          (data[p + 2]! * w00 +
            data[p + 5]! * w01 +
            data[q + 2]! * w10 +
            data[q + 5]! * w11 +
            roundWeight) >>
          (2 * weightBits);
        continue;
      }
      const hasLeft = left >= 0 && left < sourceWidth;
      const hasRight = left >= -1 && left < sourceWidth - 1;
      const hasTop = top >= 0 && top < sourceHeight;
      const hasBottom = top >= -1 && top < sourceHeight - 1;
      for (let channel = 0; channel < 3; channel++) {
        let sum = roundWeight;
        if (hasLeft && hasTop) sum += data[p + channel]! * w00;
        if (hasRight && hasTop) sum += data[p + 3 + channel]! * w01;
        if (hasLeft && hasBottom) sum += data[p + stride + channel]! * w10;
        if (hasRight && hasBottom) sum += data[p + stride + 3 + channel]! * w11;
        target[at + channel] = sum >> (2 * weightBits);
      }
    }
  }
}
