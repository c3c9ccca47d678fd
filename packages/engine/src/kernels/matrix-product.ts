import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import { sizeOfShape } from '../weights/tensor-data.ts';
import type { NativeKernelRegistry } from './native-registry.ts';

/** [..., C] as rows of channels: [pixels, C]. */
export function toRows(registry: NativeKernelRegistry, tensor: TensorInfo): Tensor {
  const channels = tensor.shape.at(-1)!;
  const size = sizeOfShape(tensor.shape);
  return toShape(registry, tensor, [size / channels, channels]);
}

/** The same values in another shape. */
export function toShape(
  { operations, tf }: NativeKernelRegistry,
  tensor: TensorInfo,
  shape: readonly number[],
): Tensor {
  const attributes = { T: operations.float32, Tshape: operations.int32 };
  return operations.run('Reshape', attributes, [tensor, tf.tensor1d([...shape], 'int32')]);
}

/** The product of two matrices, either transposed. */
export function multiply(
  { operations }: NativeKernelRegistry,
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
