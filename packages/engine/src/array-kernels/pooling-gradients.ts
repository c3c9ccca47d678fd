import type * as tfjs from '@tensorflow/tfjs';
import type { TensorInfo } from '@tensorflow/tfjs';
import type { KernelAttributes } from '../kernels/kernel-registry.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

type PoolInfo = ReturnType<typeof tfjs.backend_util.computePool2DInfo>;

/**
 * Gradients of pooling. Of a window's highest values the first gets the whole gradient; an average is one of the pixels
 * of the window that are in the image, where tfjs differentiates as if there were all of the window's.
 */
export function registerPoolingGradients({ heap, setKernel, tf }: ArrayKernelRegistry): void {
  const infoOf = (
    { shape }: TensorInfo,
    { filterSize, strides, pad, dimRoundingMode }: KernelAttributes,
  ): PoolInfo =>
    tf.backend_util.computePool2DInfo(
      shape as [number, number, number, number],
      filterSize as number,
      strides as number,
      1,
      pad as 'same',
      dimRoundingMode as 'floor',
    );
  setKernel('MaxPoolGrad', ({ dy, input, output }, attributes) => {
    const dx = heap.zeros(input!.shape);
    giveToHighest(
      {
        x: heap.floats(input!),
        y: heap.floats(output!),
        left: heap.floats(dy!).slice(),
      },
      infoOf(input!, attributes),
      heap.floats(dx),
    );
    return dx;
  });
  setKernel('AvgPoolGrad', ({ dy, input }, attributes) => {
    const dx = heap.zeros(input!.shape);
    giveToAll(heap.floats(dy!), infoOf(input!, attributes), heap.floats(dx));
    return dx;
  });
}

/** @param values.left - of each window, the gradient that no pixel got yet. */
function giveToHighest(
  {
    x,
    y,
    left,
  }: { readonly x: Float32Array; readonly y: Float32Array; readonly left: Float32Array },
  info: PoolInfo,
  dx: Float32Array,
): void {
  const channels = info.inChannels;
  forEachWindow(info, (window, pixels) => {
    for (const pixel of pixels) {
      for (let channel = 0; channel < channels; channel += 1) {
        if (x[pixel + channel] !== y[window + channel]) continue;
        dx[pixel + channel] = dx[pixel + channel]! + left[window + channel]!;
        left[window + channel] = 0;
      }
    }
  });
}

function giveToAll(dy: Float32Array, info: PoolInfo, dx: Float32Array): void {
  const channels = info.inChannels;
  forEachWindow(info, (window, pixels) => {
    const share = 1 / pixels.length;
    for (const pixel of pixels) {
      for (let channel = 0; channel < channels; channel += 1) {
        dx[pixel + channel] = dx[pixel + channel]! + dy[window + channel]! * share;
      }
    }
  });
}

/** Calls back with where the channels of a window begin, and those of its pixels within the image. */
function forEachWindow(
  info: PoolInfo,
  run: (window: number, pixels: readonly number[]) => void,
): void {
  const { inChannels: channels, inHeight, inWidth, padInfo } = info;
  let window = 0;
  for (let image = 0; image < info.batchSize; image += 1) {
    for (let down = 0; down < info.outHeight; down += 1) {
      for (let right = 0; right < info.outWidth; right += 1) {
        const top = down * info.strideHeight - padInfo.top;
        const start = right * info.strideWidth - padInfo.left;
        const rows = Math.min(inHeight, top + info.filterHeight);
        const columns = Math.min(inWidth, start + info.filterWidth);
        const pixels: number[] = [];
        for (let row = Math.max(0, top); row < rows; row += 1) {
          for (let column = Math.max(0, start); column < columns; column += 1) {
            pixels.push(((image * inHeight + row) * inWidth + column) * channels);
          }
        }
        run(window, pixels);
        window += channels;
      }
    }
  }
}
