import type { TensorInfo } from '@tensorflow/tfjs';
import type { ConvolutionInfo } from './convolution-info.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/**
 * The gradient of a filter is itself a convolution: of the input with its channels as the batch and its batch as
 * the channels, by the output's gradient as a filter, whose dilation is the stride.
 *
 * @returns a function of x [N, H, W, C] and dy [N, OH, OW, D], which returns [KH, KW, C, D].
 */
export function createFilterGradient({
  heap,
  getKernel,
}: ArrayKernelRegistry): (
  inputs: { readonly x: TensorInfo; readonly dy: TensorInfo },
  info: ConvolutionInfo,
) => TensorInfo {
  const convolve = getKernel('Conv2D');
  return ({ x, dy }, info) => {
    const { batchSize, inChannels, outChannels, filterHeight, filterWidth, padInfo } = info;
    const reach = (
      outputs: number,
      stride: number,
      { kernel, size, before }: { kernel: number; size: number; before: number },
    ): { seen: number; after: number } => {
      const after = (outputs - 1) * stride + kernel - size - before;
      return { seen: size + Math.min(0, after), after: Math.max(0, after) };
    };
    // what the last window leaves of the input, and what it reaches past it
    const down = reach(info.outHeight, info.strideHeight, {
      kernel: filterHeight,
      size: info.inHeight,
      before: padInfo.top,
    });
    const right = reach(info.outWidth, info.strideWidth, {
      kernel: filterWidth,
      size: info.inWidth,
      before: padInfo.left,
    });
    const image = heap.allocate([inChannels, down.seen, right.seen, batchSize]);
    const filter = heap.allocate([info.outHeight, info.outWidth, batchSize, outChannels]);
    const gradient = heap.allocate([filterHeight, filterWidth, inChannels, outChannels]);
    turnImages(heap.floats(x), { info, rows: down.seen, columns: right.seen }, heap.floats(image));
    turnGradients(heap.floats(dy), info, heap.floats(filter));
    const product = convolve(
      { x: image, filter },
      {
        strides: 1,
        pad: [
          [0, 0],
          [padInfo.top, down.after],
          [padInfo.left, right.after],
          [0, 0],
        ],
        dataFormat: 'NHWC',
        dilations: [info.strideHeight, info.strideWidth],
      },
    ) as TensorInfo;
    turnProduct(heap.floats(product), info, heap.floats(gradient));
    heap.free(image, filter, product);
    return gradient;
  };
}

/** [N, H, W, C] to [C, the rows seen, the columns seen, N]. */
function turnImages(
  x: Float32Array,
  {
    info: { batchSize, inHeight, inWidth, inChannels },
    rows,
    columns,
  }: { readonly info: ConvolutionInfo; readonly rows: number; readonly columns: number },
  result: Float32Array,
): void {
  const image = inHeight * inWidth * inChannels;
  const plane = rows * columns * batchSize;
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const from = (row * inWidth + column) * inChannels;
      const to = (row * columns + column) * batchSize;
      for (let channel = 0; channel < inChannels; channel += 1) {
        for (let index = 0; index < batchSize; index += 1) {
          result[channel * plane + to + index] = x[index * image + from + channel]!;
        }
      }
    }
  }
}

/** [N, OH, OW, D] to [OH, OW, N, D]. */
function turnGradients(
  dy: Float32Array,
  { batchSize, outHeight, outWidth, outChannels }: ConvolutionInfo,
  result: Float32Array,
): void {
  const image = outHeight * outWidth * outChannels;
  let to = 0;
  for (let pixel = 0; pixel < image; pixel += outChannels) {
    for (let index = 0; index < batchSize; index += 1) {
      const from = index * image + pixel;
      for (let channel = 0; channel < outChannels; channel += 1) {
        result[to + channel] = dy[from + channel]!;
      }
      to += outChannels;
    }
  }
}

/** [C, KH * KW, D] to [KH * KW, C, D]. */
function turnProduct(
  product: Float32Array,
  { filterHeight, filterWidth, inChannels, outChannels }: ConvolutionInfo,
  result: Float32Array,
): void {
  const taps = filterHeight * filterWidth;
  let to = 0;
  for (let tap = 0; tap < taps; tap += 1) {
    for (let channel = 0; channel < inChannels; channel += 1) {
      const from = (channel * taps + tap) * outChannels;
      for (let filter = 0; filter < outChannels; filter += 1) {
        result[to + filter] = product[from + filter]!;
      }
      to += outChannels;
    }
  }
}
