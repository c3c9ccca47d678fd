import { sizeOfShape } from '../weights/tensor-data.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/** Pads row by row, where the backend's kernel goes value by value. */
export function registerPadding({ heap, wrapKernel }: ArrayKernelRegistry): void {
  wrapKernel('PadV2', (stock) => (inputs, attributes) => {
    const x = inputs['x']!;
    const paddings = attributes['paddings'] as [number, number][];
    if (x.dtype !== 'float32' || x.shape.length === 0) return stock(inputs, attributes);
    const shape = x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);
    const result = heap.allocate(shape);
    const [from, to] = [heap.floats(x), heap.floats(result)];
    to.fill(attributes['constantValue'] as number);
    // from here on nothing is padded: one run of values
    let whole = shape.length - 1;
    while (whole > 0 && shape[whole] === x.shape[whole]) whole -= 1;
    const run = sizeOfShape(x.shape.slice(whole));
    const strides = shape.map((_, axis) => sizeOfShape(shape.slice(axis + 1)));
    const first = paddings.reduce((sum, [before], axis) => sum + before * strides[axis]!, 0);
    const position = Array.from({ length: whole }, () => 0);
    for (let at = 0; at < from.length; at += run) {
      const offset = position.reduce((sum, index, axis) => sum + index * strides[axis]!, first);
      to.set(from.subarray(at, at + run), offset);
      for (let axis = whole - 1; axis >= 0; axis -= 1) {
        position[axis] = position[axis]! + 1;
        if (position[axis]! < x.shape[axis]!) break;
        position[axis] = 0;
      }
    }
    return result;
  });
}
