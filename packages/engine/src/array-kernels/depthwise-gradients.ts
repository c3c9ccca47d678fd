import type { ConvolutionInfo } from './convolution-info.ts';
import { convolutionInfo } from './convolution-info.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/** Gradients of depthwise convolutions, which the backend lacks. */
export function registerDepthwiseGradients({ heap, setKernel, tf }: ArrayKernelRegistry): void {
  setKernel('DepthwiseConv2dNativeBackpropInput', ({ dy, filter }, attributes) => {
    const inputShape = attributes['inputShape'] as number[];
    const shapes = { inputShape, filterShape: filter!.shape, isDepthwise: true };
    const info = convolutionInfo(tf, shapes, attributes);
    const dx = heap.zeros(info.inShape);
    const [gradients, taps, result] = [heap.floats(dy!), heap.floats(filter!), heap.floats(dx)];
    const { inChannels, outChannels } = info;
    const multiplier = outChannels / inChannels;
    forEachTap(info, (pixel, output, tap) => {
      for (let channel = 0; channel < inChannels; channel += 1) {
        let sum = result[pixel + channel]!;
        for (let index = channel * multiplier; index < (channel + 1) * multiplier; index += 1) {
          sum += gradients[output + index]! * taps[tap + index]!;
        }
        result[pixel + channel] = sum;
      }
    });
    return dx;
  });
  setKernel('DepthwiseConv2dNativeBackpropFilter', ({ x, dy }, attributes) => {
    const filterShape = attributes['filterShape'] as number[];
    const shapes = { inputShape: x!.shape, filterShape, isDepthwise: true };
    const info = convolutionInfo(tf, shapes, attributes);
    const result = heap.allocate(filterShape);
    const [values, gradients] = [heap.floats(x!), heap.floats(dy!)];
    const { inChannels, outChannels } = info;
    const multiplier = outChannels / inChannels;
    const sums = new Float64Array(tf.util.sizeFromShape(filterShape));
    forEachTap(info, (pixel, output, tap) => {
      for (let channel = 0; channel < inChannels; channel += 1) {
        const value = values[pixel + channel]!;
        for (let index = channel * multiplier; index < (channel + 1) * multiplier; index += 1) {
          sums[tap + index] = sums[tap + index]! + value * gradients[output + index]!;
        }
      }
    });
    heap.floats(result).set(sums);
    return result;
  });
}

/** Calls back with where the channels of an input pixel, an output pixel and the tap between them begin. */
function forEachTap(
  info: ConvolutionInfo,
  run: (pixel: number, output: number, tap: number) => void,
): void {
  const { inChannels, inHeight, inWidth, outChannels, padInfo } = info;
  let output = 0;
  for (let image = 0; image < info.batchSize; image += 1) {
    for (let down = 0; down < info.outHeight; down += 1) {
      for (let right = 0; right < info.outWidth; right += 1) {
        for (let y = 0; y < info.filterHeight; y += 1) {
          const row = down * info.strideHeight - padInfo.top + y * info.dilationHeight;
          if (row < 0 || row >= inHeight) continue;
          for (let x = 0; x < info.filterWidth; x += 1) {
            const column = right * info.strideWidth - padInfo.left + x * info.dilationWidth;
            if (column < 0 || column >= inWidth) continue;
            const pixel = ((image * inHeight + row) * inWidth + column) * inChannels;
            run(pixel, output, (y * info.filterWidth + x) * outChannels);
          }
        }
        output += outChannels;
      }
    }
  }
}
