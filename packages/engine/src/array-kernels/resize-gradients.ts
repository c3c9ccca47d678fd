import type { TensorInfo } from '@tensorflow/tfjs';
import type { KernelAttributes } from '../kernels/kernel-registry.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/** Gradients of resizing: each value's gradient goes to where it was sampled. */
export function registerResizeGradients({ heap, setKernel }: ArrayKernelRegistry): void {
  setKernel('ResizeNearestNeighborGrad', ({ dy, images }, attributes) => {
    const dx = heap.zeros(images!.shape);
    spread(heap.floats(dy!), samplesOf([images!, dy!], attributes, nearest), heap.floats(dx));
    return dx;
  });
  setKernel('ResizeBilinearGrad', ({ dy, images }, attributes) => {
    const dx = heap.zeros(images!.shape);
    spread(heap.floats(dy!), samplesOf([images!, dy!], attributes, bilinear), heap.floats(dx));
    return dx;
  });
}

/** The rows or columns that one of the result was sampled from, with their weights. */
type Sample = readonly (readonly [index: number, weight: number])[];

type Sampling = (
  position: number,
  options: { readonly size: number; readonly isAligned: boolean; readonly isHalfPixel: boolean },
  scale: number,
) => Sample;

/** As the backend's forward kernels sample. */
const nearest: Sampling = (position, { size, isAligned, isHalfPixel }, scale) => {
  const at = isHalfPixel ? (position + 0.5) * scale : position * scale;
  const index = isAligned ? Math.round(at) : Math.floor(at);
  return [[Math.max(0, Math.min(size - 1, index)), 1]];
};

const bilinear: Sampling = (position, { size, isHalfPixel }, scale) => {
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
};

interface Samples {
  readonly rows: readonly Sample[];
  readonly columns: readonly Sample[];
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

function samplesOf(
  [images, dy]: readonly [TensorInfo, TensorInfo],
  { alignCorners, halfPixelCenters }: KernelAttributes,
  sampling: Sampling,
): Samples {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const along = (size: number, results: number): Sample[] => {
    const isAligned = alignCorners === true && results > 1;
    const scale = isAligned ? (size - 1) / (results - 1) : size / results;
    const options = { size, isAligned, isHalfPixel: halfPixelCenters === true };
    return Array.from({ length: results }, (_, position) => sampling(position, options, scale));
  };
  return {
    rows: along(height, dy.shape[1]!),
    columns: along(width, dy.shape[2]!),
    batch,
    height,
    width,
    channels,
  };
}

function spread(
  dy: Float32Array,
  { rows, columns, batch, height, width, channels }: Samples,
  dx: Float32Array,
): void {
  let from = 0;
  for (let image = 0; image < batch; image += 1) {
    for (const row of rows) {
      for (const column of columns) {
        for (const [y, down] of row) {
          for (const [x, right] of column) {
            const to = ((image * height + y) * width + x) * channels;
            const weight = down * right;
            for (let channel = 0; channel < channels; channel += 1) {
              dx[to + channel] = dx[to + channel]! + weight * dy[from + channel]!;
            }
          }
        }
        from += channels;
      }
    }
  }
}
