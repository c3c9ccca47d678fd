import type { Size } from '../geometry/box.ts';

/**
 * Blurs a heatmap. Outside the map counts as 0.
 *
 * The Gaussian of a kernel of k pixels has sigma 0.3 ((k - 1) / 2 - 1) + 0.8, the rule of OpenCV's `getGaussianKernel`
 * (which rounds kernels of up to 9 pixels to binary fractions; this does not).
 *
 * @param map - [H, W].
 * @returns [H, W], a new array.
 */
export function blurHeatmap(map: Float64Array, size: Size, kernelSize: number): Float64Array {
  const kernel = gaussianKernel(kernelSize);
  const { height, width } = size;
  const rows = { lines: height, length: width, lineStride: width, stride: 1 };
  const columns = { lines: width, length: height, lineStride: 1, stride: width };
  return blurLines(blurLines(map, kernel, rows), kernel, columns);
}

/** Weights of a Gaussian over `size` pixels, an odd number; they add up to 1. */
export function gaussianKernel(size: number): Float64Array {
  const middle = (size - 1) / 2;
  const sigma = 0.3 * (middle - 1) + 0.8;
  const weights = Float64Array.from({ length: size }, (_, at) =>
    Math.exp(-((at - middle) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** How the rows or the columns of a map lie in its array. */
interface Lines {
  readonly lines: number;
  /** Of each line, in pixels. */
  readonly length: number;
  /** From a line to the next. */
  readonly lineStride: number;
  /** From a pixel to the next of its line. */
  readonly stride: number;
}

function blurLines(
  source: Float64Array,
  kernel: Float64Array,
  { lines, length, lineStride, stride }: Lines,
): Float64Array {
  const target = new Float64Array(source.length);
  const reach = (kernel.length - 1) / 2;
  for (let line = 0; line < lines; line++) {
    const start = line * lineStride;
    for (let at = 0; at < length; at++) {
      const from = Math.max(0, at - reach);
      const to = Math.min(length - 1, at + reach);
      let sum = 0;
      for (let other = from; other <= to; other++) {
        sum += source[start + other * stride]! * kernel[other - at + reach]!;
      }
      target[start + at * stride] = sum;
    }
  }
  return target;
}
