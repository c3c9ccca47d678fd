import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { NativeBackend } from '../loading/native-backend.ts';
import { toFloat32 } from '../precision/to-float32.ts';
import type { KernelAttributes, KernelRegistry } from './kernel-registry.ts';

/**
 * Computes 1x1 convolutions and their gradients as one matrix product over all pixels, which on the
 * processor is faster than TensorFlow's convolution kernels, the filter's gradient most of all.
 */
export function registerPointwiseConvolution(
  registry: KernelRegistry,
  backend: NativeBackend,
): void {
  if (backend.isUsingGpuDevice) return;
  const { tf } = registry;
  registry.wrapKernel('Conv2D', (stock) => (inputs, attributes) => {
    const { x, filter } = inputs;
    if (!isPointwise(filter!.shape, attributes)) return stock(inputs, attributes);
    return tf.tidy(() => {
      const y = multiply(registry, toRows(registry, x!), toRows(registry, filter!));
      return toShape(registry, y, [...x!.shape.slice(0, -1), filter!.shape.at(-1)!]);
    });
  });
  registry.wrapKernel('Conv2DBackpropInput', (stock) => (inputs, attributes) => {
    const { dy, filter } = inputs;
    if (!isPointwise(filter!.shape, attributes)) return stock(inputs, attributes);
    return tf.tidy(() => {
      const transposed = { transposeB: true };
      const dx = multiply(registry, toRows(registry, dy!), toRows(registry, filter!), transposed);
      return toShape(registry, dx, attributes['inputShape'] as number[]);
    });
  });
  registry.wrapKernel('Conv2DBackpropFilter', (stock) => (inputs, attributes) => {
    const { x, dy } = inputs;
    const filterShape = attributes['filterShape'] as number[];
    if (!isPointwise(filterShape, attributes)) return stock(inputs, attributes);
    return tf.tidy(() => {
      const transposed = { transposeA: true };
      const product = multiply(registry, toRows(registry, x!), toRows(registry, dy!), transposed);
      // gradients of weights are summed and applied in float32
      return toShape(registry, toFloat32(backend, product), filterShape);
    });
  });
}

function isPointwise(
  [height, width]: readonly number[],
  { strides, dilations = 1, dataFormat }: KernelAttributes,
): boolean {
  const isOne = (size: unknown): boolean => [size].flat().every((side) => side === 1);
  return (
    height === 1 && width === 1 && isOne(strides) && isOne(dilations) && dataFormat !== 'NCHW'
  );
}

/** [..., C] as rows of channels: [pixels, C]. */
function toRows(registry: KernelRegistry, tensor: TensorInfo): Tensor {
  const channels = tensor.shape.at(-1)!;
  const size = tensor.shape.reduce((product, side) => product * side, 1);
  return toShape(registry, tensor, [size / channels, channels]);
}

function toShape(
  { operations, tf }: KernelRegistry,
  tensor: TensorInfo,
  shape: readonly number[],
): Tensor {
  const attributes = { T: operations.float32, Tshape: operations.int32 };
  return operations.runOne('Reshape', attributes, [tensor, tf.tensor1d([...shape], 'int32')]);
}

function multiply(
  { operations }: KernelRegistry,
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false } = {},
): Tensor {
  const attributes = {
    T: operations.float32,
    transpose_a: operations.bool(transposeA),
    transpose_b: operations.bool(transposeB),
  };
  return operations.runOne('MatMul', attributes, [a, b]);
}
