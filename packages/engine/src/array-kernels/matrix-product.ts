import type { TensorInfo } from '@tensorflow/tfjs';
import type { Kernel } from '../kernels/kernel-registry.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/**
 * Makes matrix products right and fast. The backend keeps XNNPACK's packed copy of the second matrix by its buffer
 * alone: the same buffer in another shape was multiplied as if it had the first one, so that gets a copy here.
 * Products of turned matrices do not reach XNNPACK: they are turned first.
 */
export function registerMatrixProducts(registry: ArrayKernelRegistry): void {
  const { getKernel, heap } = registry;
  const shapes = new WeakMap<object, string>();
  const transpose = (x: TensorInfo): TensorInfo => {
    const rank = x.shape.length;
    const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
    return getKernel('Transpose')({ x }, { perm }) as TensorInfo;
  };
  const copy = (x: TensorInfo): TensorInfo => {
    const result = heap.allocate(x.shape);
    heap.floats(result).set(heap.floats(x));
    return result;
  };
  const multiply =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const made: TensorInfo[] = [];
      const note = (tensor: TensorInfo): TensorInfo => {
        made.push(tensor);
        return tensor;
      };
      const a = attributes['transposeA'] === true ? note(transpose(inputs['a']!)) : inputs['a']!;
      let b = attributes['transposeB'] === true ? note(transpose(inputs['b']!)) : inputs['b']!;
      const shape = b.shape.slice(-2).join();
      const known = shapes.get(b.dataId);
      if (known !== undefined && known !== shape) b = note(copy(b));
      shapes.set(b.dataId, shape);
      const plain = { ...attributes, transposeA: false, transposeB: false };
      const result = stock({ ...inputs, a, b }, plain);
      heap.free(...made);
      return result;
    };
  registry.wrapKernel('BatchMatMul', multiply);
  registry.wrapKernel('_FusedMatMul', multiply);
}
