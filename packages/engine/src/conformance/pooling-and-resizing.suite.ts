import type { Tensor4D } from '@tensorflow/tfjs';
import type { CheckedOperation } from './checked-operation.suite.ts';
import { windowsAlong } from './convolutions.suite.ts';
import type { Float64Tensor } from './float64-array.suite.ts';
import { build, valueAt } from './float64-array.suite.ts';

type Pair = readonly [number, number];

interface Pooling {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: 'same' | 'valid';
}

const poolings: readonly Pooling[] = [
  { size: [2, 2], strides: [2, 2], padding: 'valid' },
  { size: [3, 3], strides: [2, 2], padding: 'same' },
  { size: [3, 3], strides: [1, 1], padding: 'same' },
  { size: [2, 3], strides: [2, 1], padding: 'valid' },
];

interface Resizing {
  readonly to: Pair;
  readonly isAligned: boolean;
  readonly isHalfPixel: boolean;
}

const image = [3, 3, 4, 2] as const;
const resizings: readonly Resizing[] = [
  { to: [6, 8], isAligned: false, isHalfPixel: false },
  { to: [6, 8], isAligned: false, isHalfPixel: true },
  { to: [6, 8], isAligned: true, isHalfPixel: false },
  { to: [7, 6], isAligned: false, isHalfPixel: true },
  { to: [2, 3], isAligned: false, isHalfPixel: false },
];

/** Pooling and resizing of images. */
export const imageChecks: readonly CheckedOperation[] = [
  ...poolings.flatMap(({ size, strides, padding }): CheckedOperation[] => {
    const name = `pooling ${size.join('x')} by ${strides.join('x')}, ${padding}`;
    const inputs = [[2, 7, 6, 3]];
    return [
      {
        name: `max ${name}`,
        inputs,
        isChoosing: true,
        run: (tf, x: Tensor4D) => tf.maxPool(x, [...size], [...strides], padding),
        reference: (x) => pool(x!, { size, strides, padding }, (values) => Math.max(...values)),
      },
      {
        name: `average ${name}`,
        inputs,
        run: (tf, x: Tensor4D) => tf.avgPool(x, [...size], [...strides], padding),
        reference: (x) =>
          pool(
            x!,
            { size, strides, padding },
            (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
          ),
      },
    ];
  }),
  ...resizings.flatMap(({ to, isAligned, isHalfPixel }): CheckedOperation[] => {
    const how = `to ${to.join('x')}${isAligned ? ', aligned' : ''}${isHalfPixel ? ', half pixels' : ''}`;
    const options = { to, isAligned, isHalfPixel };
    return [
      {
        name: `bilinear resizing ${how}`,
        inputs: [image],
        run: (tf, x: Tensor4D) => tf.image.resizeBilinear(x, [...to], isAligned, isHalfPixel),
        reference: (x) => resizeBilinear(x!, options),
      },
      {
        name: `nearest resizing ${how}`,
        inputs: [image],
        run: (tf, x: Tensor4D) =>
          tf.image.resizeNearestNeighbor(x, [...to], isAligned, isHalfPixel),
        reference: (x) => resizeNearest(x!, options),
      },
    ];
  }),
];

function pool(
  x: Float64Tensor,
  { size, strides, padding }: Pooling,
  summarize: (values: readonly number[]) => number,
): Float64Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const down = windowsAlong(height, { kernel: size[0], stride: strides[0], padding });
  const right = windowsAlong(width, { kernel: size[1], stride: strides[1], padding });
  return build([batch, down.count, right.count, channels], ([index, row, column, channel]) => {
    const values: number[] = [];
    for (let i = 0; i < size[0]; i += 1) {
      for (let j = 0; j < size[1]; j += 1) {
        const y = row! * strides[0] - down.before + i;
        const z = column! * strides[1] - right.before + j;
        if (y < 0 || z < 0 || y >= height || z >= width) continue;
        values.push(valueAt(x, index!, y, z, channel!));
      }
    }
    return summarize(values);
  });
}

/** Where a row of the result lies among the rows of the image. */
function source(
  position: number,
  [size, results]: Pair,
  { isAligned, isHalfPixel }: Resizing,
): number {
  if (isAligned) return (position * (size - 1)) / (results - 1);
  const scale = size / results;
  return isHalfPixel ? (position + 0.5) * scale - 0.5 : position * scale;
}

function resizeBilinear(x: Float64Tensor, options: Resizing): Float64Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  return build([batch, ...options.to, channels], ([index, row, column, channel]) => {
    const y = Math.max(0, source(row!, [height, options.to[0]], options));
    const z = Math.max(0, source(column!, [width, options.to[1]], options));
    const at = (i: number, j: number): number =>
      valueAt(x, index!, Math.min(height - 1, i), Math.min(width - 1, j), channel!);
    const [top, left] = [Math.floor(y), Math.floor(z)];
    const [down, right] = [y - top, z - left];
    const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
    const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
    return upper * (1 - down) + lower * down;
  });
}

function resizeNearest(x: Float64Tensor, options: Resizing): Float64Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const nearest = (position: number, sizes: Pair): number => {
    const at = source(position, sizes, options);
    // with half pixels the pixel that the sample lies in
    if (options.isHalfPixel) return Math.min(sizes[0] - 1, Math.floor(at + 0.5));
    return Math.min(sizes[0] - 1, options.isAligned ? Math.round(at) : Math.floor(at));
  };
  return build([batch, ...options.to, channels], ([index, row, column, channel]) =>
    valueAt(
      x,
      index!,
      nearest(row!, [height, options.to[0]]),
      nearest(column!, [width, options.to[1]]),
      channel!,
    ),
  );
}
