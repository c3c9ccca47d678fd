import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { KernelRegistry } from './kernel-registry.ts';

/**
 * Differentiates addition without keeping its inputs alive; the backend has a kernel `BiasAddGrad`, which sums over
 * all axes but the last. The gradient is dy for both; `reduceToShape` sums it where an input was broadcast.
 */
export function setAddGradient(registry: KernelRegistry): void {
  registry.setGradient('Add', {
    gradient: ([dy]) => ({ a: () => dy!.clone(), b: () => dy!.clone() }),
  });
}

/**
 * Sums a gradient over the axes along which an input of this shape was broadcast.
 *
 * @param dy - gradient of the output; `shape` broadcasts to its shape.
 */
export function reduceToShape(
  registry: KernelRegistry,
  dy: Tensor,
  shape: readonly number[],
): Tensor {
  if (isBias({ shape: [...shape], dtype: 'float32' }, dy)) {
    return registry.run('BiasAddGrad', { dy }).reshape([...shape]);
  }
  const missing = dy.rank - shape.length;
  const axes = dy.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  return dy.sum(axes).reshape([...shape]);
}

/** Whether a value per channel ([C] or [1, …, 1, C]) is added to something with more than channels. */
export function isBias(
  bias: Pick<TensorInfo, 'shape' | 'dtype'>,
  x: Pick<TensorInfo, 'shape' | 'dtype'>,
): boolean {
  const channels = x.shape.at(-1);
  const isOnePerChannel =
    channels !== undefined &&
    bias.shape.at(-1) === channels &&
    bias.shape.slice(0, -1).every((size) => size === 1);
  return (
    isOnePerChannel &&
    x.shape.length > 1 &&
    bias.shape.length <= x.shape.length &&
    x.shape.slice(0, -1).some((size) => size > 1) &&
    bias.dtype === 'float32' &&
    x.dtype === 'float32'
  );
}
