import type { TensorInfo } from '@tensorflow/tfjs';
import { sizeOfShape } from '../weights/tensor-data.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/** Slices without a copy of the whole tensor first, which the backend's kernel makes. */
export function registerSlicing(registry: ArrayKernelRegistry): void {
  const { heap, tf } = registry;
  registry.wrapKernel('Slice', (stock) => (inputs, attributes) => {
    const x = inputs['x']!;
    if (x.dtype !== 'float32') return stock(inputs, attributes);
    const [begin, size] = tf.slice_util.parseSliceParams(
      x as never,
      attributes['begin'] as number[],
      attributes['size'] as number[],
    ) as [number[], number[]];
    const result: TensorInfo = heap.allocate(size);
    copyBlock(heap.floats(x), { shape: x.shape, begin, size }, heap.floats(result));
    return result;
  });
}

/** Copies the block of `size` at `begin` out of a tensor of `shape`. */
function copyBlock(
  x: Float32Array,
  {
    shape,
    begin,
    size,
  }: {
    readonly shape: readonly number[];
    readonly begin: readonly number[];
    readonly size: readonly number[];
  },
  result: Float32Array,
): void {
  // from here on, all of every axis is taken: one run of values
  let whole = shape.length;
  while (whole > 0 && size[whole - 1] === shape[whole - 1]) whole -= 1;
  const inner = sizeOfShape(shape.slice(whole));
  if (whole === 0) {
    result.set(x);
    return;
  }
  const run = size[whole - 1]! * inner;
  const strides = shape.map((_, axis) => sizeOfShape(shape.slice(axis + 1)));
  const counts = size.slice(0, whole - 1);
  const position = counts.map(() => 0);
  for (let to = 0; to < result.length; to += run) {
    let from = begin[whole - 1]! * inner;
    for (let axis = 0; axis < whole - 1; axis += 1) {
      from += (begin[axis]! + position[axis]!) * strides[axis]!;
    }
    result.set(x.subarray(from, from + run), to);
    for (let axis = whole - 2; axis >= 0; axis -= 1) {
      position[axis] = position[axis]! + 1;
      if (position[axis]! < counts[axis]!) break;
      position[axis] = 0;
    }
  }
}
