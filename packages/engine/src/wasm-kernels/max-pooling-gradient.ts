import type * as tfjs from '@tensorflow/tfjs';
import type { WasmKernelRegistry } from './wasm-registry.ts';

type PoolInfo = ReturnType<typeof tfjs.backend_util.computePool2DInfo>;

/** Gradient of max pooling: the first of the highest values of a window gets the whole gradient. */
export function registerMaxPoolingGradient({ heap, setKernel, tf }: WasmKernelRegistry): void {
  setKernel('MaxPoolGrad', ({ dy, input, output }, { filterSize, strides, pad, ...rest }) => {
    const dx = heap.zeros(input!.shape);
    const rest4 = heap.allocate(dy!.shape);
    const info = tf.backend_util.computePool2DInfo(
      input!.shape as [number, number, number, number],
      filterSize as number,
      strides as number,
      1,
      pad as 'same',
      rest['dimRoundingMode'] as 'floor',
    );
    const left = heap.floats(rest4);
    left.set(heap.floats(dy!));
    giveToHighest(
      { x: heap.floats(input!), y: heap.floats(output!), left },
      info,
      heap.floats(dx),
    );
    heap.free(rest4);
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
  const { inChannels: channels, inHeight, inWidth, padInfo } = info;
  let window = 0;
  for (let image = 0; image < info.batchSize; image += 1) {
    for (let down = 0; down < info.outHeight; down += 1) {
      for (let right = 0; right < info.outWidth; right += 1) {
        const top = down * info.strideHeight - padInfo.top;
        const start = right * info.strideWidth - padInfo.left;
        const rows = Math.min(inHeight, top + info.filterHeight);
        const columns = Math.min(inWidth, start + info.filterWidth);
        for (let row = Math.max(0, top); row < rows; row += 1) {
          for (let column = Math.max(0, start); column < columns; column += 1) {
            const pixel = ((image * inHeight + row) * inWidth + column) * channels;
            for (let channel = 0; channel < channels; channel += 1) {
              if (x[pixel + channel] !== y[window + channel]) continue;
              dx[pixel + channel] = dx[pixel + channel]! + left[window + channel]!;
              left[window + channel] = 0;
            }
          }
        }
        window += channels;
      }
    }
  }
}
