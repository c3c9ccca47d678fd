import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { KernelRegistry } from './kernel-registry.ts';
import { sizeOfShape } from '../weights/tensor-data.ts';

/** [..., C] as rows of channels: [pixels, C]. */
export function toRows(registry: KernelRegistry, tensor: TensorInfo): Tensor {
  const channels = tensor.shape.at(-1)!;
  const size = sizeOfShape(tensor.shape);
  return toShape(registry, tensor, [size / channels, channels]);
}

/** The same values in another shape. */
export function toShape(
  { operations, tf }: KernelRegistry,
  tensor: TensorInfo,
  shape: readonly number[],
): Tensor {
  const attributes = { T: operations.float32, Tshape: operations.int32 };
  return operations.run('Reshape', attributes, [tensor, tf.tensor1d([...shape], 'int32')]);
}

/** The product of two matrices, either transposed. */
export function multiply(
  { operations }: KernelRegistry,
  factors: readonly [Tensor, Tensor],
  {
    transposeA = false,
    transposeB = false,
  }: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
): Tensor {
  const attributes = {
    T: operations.float32,
    transpose_a: operations.bool(transposeA),
    transpose_b: operations.bool(transposeB),
  };
  return operations.run('MatMul', attributes, factors);
}
