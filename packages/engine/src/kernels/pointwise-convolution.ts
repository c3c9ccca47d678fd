import type { TensorInfo } from '@tensorflow/tfjs';
import type { NativeBackend } from '../loading/native-backend.ts';
import { toFloat32 } from '../precision/to-float32.ts';
import type { Kernel, KernelAttributes, KernelRegistry } from './kernel-registry.ts';
import { multiply, toRows, toShape } from './matrix-product.ts';

/**
 * Computes 1x1 convolutions and their gradients as one matrix product over all pixels, which on the
 * processor is faster than TensorFlow's convolution kernels, the filter's gradient most of all; that
 * also with strides.
 */
export function registerPointwiseConvolution(
  registry: KernelRegistry,
  backend: NativeBackend,
): void {
  if (backend.isUsingGpuDevice) return;
  const { tf } = registry;
  const convolution =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const { x, filter } = inputs;
      if (!isPointwise(filter!.shape, attributes)) return stock(inputs, attributes);
      return tf.tidy(() => {
        const y = multiply(registry, [toRows(registry, x!), toRows(registry, filter!)]);
        return toShape(registry, y, [...x!.shape.slice(0, -1), filter!.shape.at(-1)!]);
      });
    };
  const inputGradient =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const { dy, filter } = inputs;
      if (!isPointwise(filter!.shape, attributes)) return stock(inputs, attributes);
      return tf.tidy(() => {
        const transposed = { transposeB: true };
        const dx = multiply(
          registry,
          [toRows(registry, dy!), toRows(registry, filter!)],
          transposed,
        );
        return toShape(registry, dx, attributes['inputShape'] as number[]);
      });
    };
  const filterGradient =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const { x, dy } = inputs;
      const filterShape = attributes['filterShape'] as number[];
      const isPlain = isPointwise(filterShape, { ...attributes, strides: 1 });
      if (!isPlain) return stock(inputs, attributes);
      return tf.tidy(() => {
        const transposed = { transposeA: true };
        const seen = takePixels(registry, x!, attributes['strides']);
        const product = multiply(
          registry,
          [toRows(registry, seen), toRows(registry, dy!)],
          transposed,
        );
        // gradients of weights are summed and applied in float32
        return toShape(registry, toFloat32(backend, product), filterShape);
      });
    };
  // reshaping and the matrix product are operations of tfjs-node's own kernels too
  registry.wrapKernel('Conv2D', convolution, { cast: {} });
  registry.wrapKernel('Conv2DBackpropInput', inputGradient, { cast: {} });
  registry.wrapKernel('Conv2DBackpropFilter', filterGradient, {
    cast: { ExtractImagePatches: { rule: 'follow' } },
  });
}

/**
 * The pixels that a 1x1 filter meets. TensorFlow 2.21's own gradient of such a filter with stride 2,
 * which every ResNet has, writes into memory that is not its own, in float32 as in bfloat16.
 */
function takePixels(
  { operations }: KernelRegistry,
  images: TensorInfo,
  strides: unknown,
): TensorInfo {
  const [down, right] = [strides, strides].flat() as [number, number];
  if (down === 1 && right === 1) return images;
  const one = operations.int([1, 1, 1, 1]);
  const attributes = {
    T: operations.float32,
    ksizes: one,
    strides: operations.int([1, down, right, 1]),
    rates: one,
    padding: operations.string('VALID'),
  };
  return operations.run('ExtractImagePatches', attributes, [images]);
}

function isPointwise(
  [height, width]: readonly number[],
  { strides, dilations = 1, dataFormat, pad }: KernelAttributes,
): boolean {
  const isAll = (size: unknown, value: number): boolean =>
    [size].flat(2).every((side) => side === value);
  // 'same' pads nothing here; a number or explicit sides might
  const isPadded = typeof pad !== 'string' && !isAll(pad, 0);
  const isPlain = isAll(strides, 1) && isAll(dilations, 1) && !isPadded;
  return height === 1 && width === 1 && isPlain && dataFormat !== 'NCHW';
}
