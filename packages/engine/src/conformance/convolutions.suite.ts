import type { Tensor4D } from '@tensorflow/tfjs';
import type { CheckedOperation } from './checked-operation.suite.ts';
import type { Float64Tensor } from './float64-array.suite.ts';
import { build, valueAt } from './float64-array.suite.ts';

type Pair = readonly [number, number];
type Padding = 'same' | 'valid';

interface Convolution {
  readonly image: readonly [number, number, number, number];
  readonly kernel: Pair;
  readonly filters: number;
  readonly strides: Pair;
  readonly padding: Padding;
}

const convolutions: readonly Convolution[] = [
  { image: [3, 6, 5, 4], kernel: [3, 3], filters: 5, strides: [1, 1], padding: 'same' },
  { image: [2, 7, 6, 3], kernel: [3, 3], filters: 4, strides: [2, 2], padding: 'same' },
  { image: [2, 6, 8, 3], kernel: [3, 3], filters: 4, strides: [2, 2], padding: 'valid' },
  { image: [2, 8, 7, 2], kernel: [3, 3], filters: 3, strides: [3, 2], padding: 'valid' },
  { image: [2, 6, 5, 4], kernel: [1, 1], filters: 3, strides: [1, 1], padding: 'same' },
  { image: [2, 6, 5, 4], kernel: [1, 1], filters: 3, strides: [2, 2], padding: 'same' },
  { image: [2, 7, 6, 2], kernel: [1, 1], filters: 3, strides: [3, 2], padding: 'valid' },
  { image: [1, 9, 8, 3], kernel: [7, 7], filters: 2, strides: [2, 2], padding: 'same' },
  { image: [2, 5, 6, 2], kernel: [4, 2], filters: 3, strides: [1, 1], padding: 'same' },
  { image: [5, 4, 4, 1], kernel: [3, 3], filters: 1, strides: [1, 1], padding: 'valid' },
];

/** Kernels of the transposed convolutions of the models, and others. */
const transposed = [
  { kernel: 4, stride: 2, padding: 'same' },
  { kernel: 3, stride: 1, padding: 'same' },
  { kernel: 2, stride: 2, padding: 'valid' },
  { kernel: 3, stride: 2, padding: 'same' },
] as const;

const depthwise = [
  { strides: 1, multiplier: 1, padding: 'same' },
  { strides: 2, multiplier: 1, padding: 'same' },
  { strides: 1, multiplier: 2, padding: 'valid' },
  { strides: 2, multiplier: 2, padding: 'same' },
] as const;

/** Convolutions, plain, transposed and by channel. */
export const convolutionChecks: readonly CheckedOperation[] = [
  ...convolutions.map(({ image, kernel, filters, strides, padding }): CheckedOperation => ({
    name: `convolution of ${image.join('x')} by ${kernel.join('x')}, stride ${strides.join()}, ${padding}`,
    inputs: [image, [...kernel, image[3], filters]],
    run: (tf, x: Tensor4D, filter: Tensor4D) => tf.conv2d(x, filter, [...strides], padding),
    reference: (x, filter) => convolve(x!, filter!, { strides, padding }),
  })),
  ...transposed.map(({ kernel, stride, padding }): CheckedOperation => ({
    name: `transposed convolution by ${kernel}x${kernel}, stride ${stride}, ${padding}`,
    inputs: [
      [2, 3, 4, 3],
      [kernel, kernel, 2, 3],
    ],
    run: (tf, x: Tensor4D, filter: Tensor4D) =>
      tf.conv2dTranspose(x, filter, [2, 3 * stride, 4 * stride, 2], stride, padding),
    reference: (x, filter) => convolveTransposed(x!, filter!, { stride, padding }),
  })),
  ...depthwise.map(({ strides, multiplier, padding }): CheckedOperation => ({
    name: `depthwise convolution by ${strides}, ${multiplier} filters a channel, ${padding}`,
    inputs: [
      [2, 7, 6, 3],
      [3, 3, 3, multiplier],
    ],
    run: (tf, x: Tensor4D, filter: Tensor4D) => tf.depthwiseConv2d(x, filter, strides, padding),
    reference: (x, filter) =>
      convolveByChannel(x!, filter!, { strides: [strides, strides], padding }),
  })),
];

/** Results, and padding before the first pixel, along one axis. */
export function windowsAlong(
  size: number,
  { kernel, stride, padding }: { kernel: number; stride: number; padding: Padding },
): { count: number; before: number } {
  if (padding === 'valid') return { count: Math.floor((size - kernel) / stride) + 1, before: 0 };
  const count = Math.ceil(size / stride);
  const outside = Math.max(0, (count - 1) * stride + kernel - size);
  return { count, before: Math.floor(outside / 2) };
}

function windowsOf(
  { shape }: Float64Tensor,
  [height, width]: readonly number[],
  { strides, padding }: { readonly strides: Pair; readonly padding: Padding },
): [ReturnType<typeof windowsAlong>, ReturnType<typeof windowsAlong>] {
  return [
    windowsAlong(shape[1]!, { kernel: height!, stride: strides[0], padding }),
    windowsAlong(shape[2]!, { kernel: width!, stride: strides[1], padding }),
  ];
}

function convolve(
  x: Float64Tensor,
  filter: Float64Tensor,
  options: { readonly strides: Pair; readonly padding: Padding },
): Float64Tensor {
  const [height, width, channels, filters] = filter.shape as [number, number, number, number];
  const [down, right] = windowsOf(x, filter.shape, options);
  return build([x.shape[0]!, down.count, right.count, filters], ([image, row, column, output]) => {
    let sum = 0;
    for (let i = 0; i < height; i += 1) {
      for (let j = 0; j < width; j += 1) {
        const y = row! * options.strides[0] - down.before + i;
        const z = column! * options.strides[1] - right.before + j;
        for (let channel = 0; channel < channels; channel += 1) {
          sum += valueAt(x, image!, y, z, channel) * valueAt(filter, i, j, channel, output!);
        }
      }
    }
    return sum;
  });
}

/** Each pixel of x adds its multiple of the filter to the result. */
function convolveTransposed(
  x: Float64Tensor,
  filter: Float64Tensor,
  { stride, padding }: { readonly stride: number; readonly padding: Padding },
): Float64Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [kernel, , filters] = filter.shape as [number, number, number];
  const [rows, columns] = [height * stride, width * stride];
  const { before } = windowsAlong(rows, { kernel, stride, padding });
  return build([batch, rows, columns, filters], ([image, row, column, output]) => {
    let sum = 0;
    for (let y = 0; y < height; y += 1) {
      for (let z = 0; z < width; z += 1) {
        const i = row! + before - y * stride;
        const j = column! + before - z * stride;
        for (let channel = 0; channel < channels; channel += 1) {
          sum += valueAt(x, image!, y, z, channel) * valueAt(filter, i, j, output!, channel);
        }
      }
    }
    return sum;
  });
}

function convolveByChannel(
  x: Float64Tensor,
  filter: Float64Tensor,
  options: { readonly strides: Pair; readonly padding: Padding },
): Float64Tensor {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  const [down, right] = windowsOf(x, filter.shape, options);
  const shape = [x.shape[0]!, down.count, right.count, channels * multiplier];
  return build(shape, ([image, row, column, output]) => {
    const channel = Math.floor(output! / multiplier);
    let sum = 0;
    for (let i = 0; i < height; i += 1) {
      for (let j = 0; j < width; j += 1) {
        const y = row! * options.strides[0] - down.before + i;
        const z = column! * options.strides[1] - right.before + j;
        sum +=
          valueAt(x, image!, y, z, channel) * valueAt(filter, i, j, channel, output! % multiplier);
      }
    }
    return sum;
  });
}
