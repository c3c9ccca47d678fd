import type { KernelAttributes } from './kernel-registry.ts';

/** The rows or columns that one of the result is sampled from, with their weights. */
export type Sample = readonly (readonly [index: number, weight: number])[];

/** How resizing chooses among the values there are. */
export type ResizeMethod = 'nearest' | 'bilinear';

type Sampling = (
  position: number,
  options: { readonly size: number; readonly isAligned: boolean; readonly isHalfPixel: boolean },
  scale: number,
) => Sample;

/** As the backends' forward kernels sample. */
const samplings: Readonly<Record<ResizeMethod, Sampling>> = {
  nearest: (position, { size, isAligned, isHalfPixel }, scale) => {
    const at = isHalfPixel ? (position + 0.5) * scale : position * scale;
    const index = isAligned ? Math.round(at) : Math.floor(at);
    return [[Math.max(0, Math.min(size - 1, index)), 1]];
  },
  bilinear: (position, { size, isHalfPixel }, scale) => {
    const at = isHalfPixel ? (position + 0.5) * scale - 0.5 : position * scale;
    const low = Math.max(0, Math.floor(at));
    const high = Math.min(size - 1, Math.ceil(at));
    const weight = at - low;
    return low >= high
      ? [[Math.min(size - 1, low), 1]]
      : [
          [low, 1 - weight],
          [high, weight],
        ];
  },
};

/**
 * Where each row or column of a resized image comes from.
 *
 * @param size - rows or columns of the image.
 * @param results - of the result.
 */
export function samplesAlong(
  { size, results }: { readonly size: number; readonly results: number },
  { alignCorners, halfPixelCenters }: KernelAttributes,
  method: ResizeMethod,
): Sample[] {
  const isAligned = alignCorners === true && results > 1;
  const scale = isAligned ? (size - 1) / (results - 1) : size / results;
  const options = { size, isAligned, isHalfPixel: halfPixelCenters === true };
  return Array.from({ length: results }, (_, position) =>
    samplings[method](position, options, scale),
  );
}
