import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import type { CheckedOperation } from './checked-operation.suite.ts';
import type { Float64Tensor } from './float64-array.suite.ts';
import { build, valueAt } from './float64-array.suite.ts';

const image = [2, 4, 5, 3] as const;

/** Sums, products of matrices, and what moves values without changing them. */
export const shapeChecks: readonly CheckedOperation[] = [
  ...[[0], [3], [0, 1, 2], [1, 2], [0, 3], [0, 1, 2, 3]].flatMap((axes): CheckedOperation[] => [
    {
      name: `sum over ${axes.join()}`,
      inputs: [image],
      run: (tf, x: Tensor) => tf.sum(x, axes),
      reference: (x) => sumOver(x!, axes, 1),
    },
    {
      name: `mean over ${axes.join()}`,
      inputs: [image],
      run: (tf, x: Tensor) => tf.mean(x, axes, true).reshape(shapeWithout(image, axes)),
      reference: (x) =>
        sumOver(x!, axes, 1 / axes.reduce((count, axis) => count * image[axis]!, 1)),
    },
  ]),
  ...[false, true].flatMap((turnsA) =>
    [false, true].map((turnsB): CheckedOperation => ({
      name: `matrix product${turnsA ? ', first turned' : ''}${turnsB ? ', second turned' : ''}`,
      inputs: [turnsA ? [3, 2] : [2, 3], turnsB ? [4, 3] : [3, 4]],
      run: (tf, a: Tensor2D, b: Tensor2D) => tf.matMul(a, b, turnsA, turnsB),
      reference: (a, b) =>
        build([2, 4], ([row, column]) =>
          [0, 1, 2].reduce(
            (sum, at) =>
              sum +
              valueAt(a!, ...(turnsA ? [at, row!] : [row!, at])) *
                valueAt(b!, ...(turnsB ? [column!, at] : [at, column!])),
            0,
          ),
        ),
    })),
  ),
  {
    name: 'padding',
    inputs: [image],
    run: (tf, x: Tensor4D) =>
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ]),
    reference: (x) =>
      build([2, 7, 6, 3], ([n, row, column, c]) => valueAt(x!, n!, row! - 1, column!, c!)),
  },
  {
    name: 'a slice within all axes',
    inputs: [image],
    run: (tf, x: Tensor4D) => tf.slice(x, [1, 1, 2, 1], [1, 2, 3, 2]),
    reference: (x) =>
      build([1, 2, 3, 2], ([n, row, column, c]) =>
        valueAt(x!, n! + 1, row! + 1, column! + 2, c! + 1),
      ),
  },
  {
    name: 'a slice of whole images',
    inputs: [image],
    run: (tf, x: Tensor4D) => tf.slice(x, [1, 0, 0, 0], [1, 4, 5, 3]),
    reference: (x) => build([1, 4, 5, 3], ([n, ...place]) => valueAt(x!, n! + 1, ...place)),
  },
  {
    name: 'concatenation of channels',
    inputs: [image, [2, 4, 5, 2]],
    run: (tf, a: Tensor4D, b: Tensor4D) => tf.concat([a, b], 3),
    reference: (a, b) =>
      build([2, 4, 5, 5], ([n, row, column, c]) =>
        c! < 3 ? valueAt(a!, n!, row!, column!, c!) : valueAt(b!, n!, row!, column!, c! - 3),
      ),
  },
  {
    name: 'transposition',
    inputs: [image],
    run: (tf, x: Tensor4D) => tf.transpose(x, [0, 3, 1, 2]),
    reference: (x) =>
      build([2, 3, 4, 5], ([n, c, row, column]) => valueAt(x!, n!, row!, column!, c!)),
  },
  {
    name: 'a mirror image with its channels swapped',
    hasNoGradient: true,
    inputs: [image],
    run: (tf, x: Tensor4D) => tf.gather(tf.reverse(x, [2]), tf.tensor1d([1, 0, 2], 'int32'), 3),
    reference: (x) =>
      build(image, ([n, row, column, c]) => valueAt(x!, n!, row!, 4 - column!, [1, 0, 2][c!]!)),
  },
  {
    name: 'the logarithm of softmax',
    inputs: [[4, 5]],
    prepare: (value) => Math.fround(value * 3),
    run: (tf, x: Tensor) => tf.logSoftmax(x, -1),
    reference: (x) =>
      build([4, 5], ([row, column]) => {
        const exponentials = [0, 1, 2, 3, 4].map((at) => Math.exp(valueAt(x!, row!, at)));
        return (
          valueAt(x!, row!, column!) - Math.log(exponentials.reduce((sum, value) => sum + value, 0))
        );
      }),
  },
];

function shapeWithout(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.filter((_, axis) => !axes.includes(axis));
}

function sumOver(x: Float64Tensor, axes: readonly number[], factor: number): Float64Tensor {
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return build(shapeWithout(x.shape, axes), (place) => {
    let sum = 0;
    build(x.shape, (at) => {
      if (kept.every((axis, position) => at[axis] === place[position])) {
        sum += valueAt(x, ...at);
      }
      return 0;
    });
    return sum * factor;
  });
}
