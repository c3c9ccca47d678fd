import type { TensorInfo } from '@tensorflow/tfjs';
import type { KernelAttributes } from '../kernels/kernel-registry.ts';
import type { ResizeMethod, Sample } from '../kernels/resize-sampling.ts';
import { samplesAlong } from '../kernels/resize-sampling.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/** Gradients of resizing: each value's gradient goes to where it was sampled. */
export function registerResizeGradients({ heap, setKernel }: ArrayKernelRegistry): void {
  setKernel('ResizeNearestNeighborGrad', ({ dy, images }, attributes) => {
    const dx = heap.zeros(images!.shape);
    spread(heap.floats(dy!), samplesOf([images!, dy!], attributes, 'nearest'), heap.floats(dx));
    return dx;
  });
  setKernel('ResizeBilinearGrad', ({ dy, images }, attributes) => {
    const dx = heap.zeros(images!.shape);
    spread(heap.floats(dy!), samplesOf([images!, dy!], attributes, 'bilinear'), heap.floats(dx));
    return dx;
  });
}

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
  attributes: KernelAttributes,
  method: ResizeMethod,
): Samples {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  return {
    rows: samplesAlong({ size: height, results: dy.shape[1]! }, attributes, method),
    columns: samplesAlong({ size: width, results: dy.shape[2]! }, attributes, method),
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
