import type { TensorInfo } from '@tensorflow/tfjs';
import { setAddGradient } from '../kernels/add-gradient.ts';
import type { Kernel } from '../kernels/kernel-registry.ts';
import { sizeOfShape } from '../weights/tensor-data.ts';
import { sumChannels } from './channels.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/**
 * Sums and means over neighbouring axes in one pass, with sums in float64. The backend's own turn the tensor first
 * where those axes are not the last, and add up in float32.
 */
export function registerSums(registry: ArrayKernelRegistry): void {
  const { heap, tf } = registry;
  const reduce = (x: TensorInfo, axes: Axes, isMean: boolean): TensorInfo => {
    const { outer, reduced, inner } = sizesAround(x.shape, axes);
    const result = heap.allocate(
      x.shape.filter((_, axis) => axis < axes.first || axis > axes.last),
    );
    const [from, to] = [heap.floats(x), heap.floats(result)];
    const factor = isMean ? 1 / reduced : 1;
    const block = reduced * inner;
    for (let index = 0; index < outer; index += 1) {
      const part = from.subarray(index * block, (index + 1) * block);
      if (inner === 1) to[index] = total(part) * factor;
      else {
        const { sums } = sumChannels(part, inner);
        for (let column = 0; column < inner; column += 1) {
          to[index * inner + column] = sums[column]! * factor;
        }
      }
    }
    return result;
  };
  for (const [name, isMean] of [
    ['Sum', false],
    ['Mean', true],
  ] as const) {
    registry.wrapKernel(name, (stock) => (inputs, attributes) => {
      const x = inputs['x']!;
      const axes = neighbouringAxes(
        tf.util.parseAxisParam(attributes['axis'] as number[], x.shape),
      );
      const isPlain = x.dtype === 'float32' && sizeOfShape(x.shape) > 0;
      if (!isPlain || axes === undefined) return stock(inputs, attributes);
      const result = reduce(x, axes, isMean);
      if (attributes['keepDims'] === true) {
        result.shape = x.shape.map((size, axis) =>
          axis >= axes.first && axis <= axes.last ? 1 : size,
        );
      }
      return result;
    });
  }
  const biasGradient: Kernel = ({ dy }) =>
    reduce(dy!, { first: 0, last: dy!.shape.length - 2 }, false);
  registry.setKernel('BiasAddGrad', biasGradient);
  setAddGradient(registry);
}

interface Axes {
  readonly first: number;
  readonly last: number;
}

function neighbouringAxes(axes: readonly number[]): Axes | undefined {
  const sorted = axes.toSorted((a, b) => a - b);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return last - first === sorted.length - 1 ? { first, last } : undefined;
}

function sizesAround(
  shape: readonly number[],
  { first, last }: Axes,
): { outer: number; reduced: number; inner: number } {
  return {
    outer: sizeOfShape(shape.slice(0, first)),
    reduced: sizeOfShape(shape.slice(first, last + 1)),
    inner: sizeOfShape(shape.slice(last + 1)),
  };
}

/** Four sums side by side, so that none waits for the one before. */
function total(values: Float32Array): number {
  const even = values.length - (values.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let index = 0; index < even; index += 4) {
    a += values[index]!;
    b += values[index + 1]!;
    c += values[index + 2]!;
    d += values[index + 3]!;
  }
  let sum = a + b + (c + d);
  for (let index = even; index < values.length; index += 1) sum += values[index]!;
  return sum;
}
