import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { NativeBackend } from '../loading/native-backend.ts';
import type { CastPolicies } from '../precision/cast-policy.ts';
import { toFloat32 } from '../precision/to-float32.ts';
import type { Kernel, KernelAttributes } from './kernel-registry.ts';
import type { NativeKernelRegistry } from './native-registry.ts';
import { multiply, toRows, toShape } from './matrix-product.ts';
import type { Attributes } from './operations.ts';

/**
 * Computes 1x1 convolutions and their gradients as one matrix product over the pixels that they meet.
 * On the processor that is faster than TensorFlow's convolution kernels, the filter's gradient most of
 * all; and with strides or many channels, as ResNets have them, those of TensorFlow 2.21 read and write
 * memory that is not their own, in float32 as in bfloat16.
 */
export function registerPointwiseConvolution(
  registry: NativeKernelRegistry,
  backend: NativeBackend,
): void {
  if (backend.isUsingGpuDevice) return;
  const { tf } = registry;
  const convolve = (inputs: Parameters<Kernel>[0], attributes: KernelAttributes): Tensor => {
    const { x, filter } = inputs;
    const seen = takePixels(registry, x!, attributes);
    const y = multiply(registry, [toRows(registry, seen), toRows(registry, filter!)]);
    return toShape(registry, y, [...seen.shape.slice(0, -1), filter!.shape.at(-1)!]);
  };
  const convolution =
    (stock: Kernel): Kernel =>
    (inputs, attributes) =>
      isPointwise(inputs['filter']!.shape, attributes)
        ? tf.tidy(() => convolve(inputs, attributes))
        : stock(inputs, attributes);
  // with bias and activation, as models run that are not being trained
  const fused =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      if (!isPointwise(inputs['filter']!.shape, attributes)) return stock(inputs, attributes);
      const { bias, preluActivationWeights: slopes } = inputs as Record<string, Tensor | undefined>;
      const { activation = 'linear', leakyreluAlpha } = attributes as {
        readonly activation?: keyof typeof activations;
        readonly leakyreluAlpha?: number;
      };
      const activations = {
        linear: (y: Tensor) => y,
        relu: (y: Tensor) => tf.relu(y),
        relu6: (y: Tensor) => tf.relu6(y),
        elu: (y: Tensor) => tf.elu(y),
        sigmoid: (y: Tensor) => tf.sigmoid(y),
        leakyrelu: (y: Tensor) => tf.leakyRelu(y, leakyreluAlpha),
        prelu: (y: Tensor) => tf.prelu(y, slopes!),
      };
      return tf.tidy(() => {
        const y = convolve(inputs, attributes);
        return activations[activation](bias === undefined || bias === null ? y : tf.add(y, bias));
      });
    };
  const inputGradient =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const { dy, filter } = inputs;
      if (!isPointwise(filter!.shape, attributes)) return stock(inputs, attributes);
      return tf.tidy(() => {
        const transposed = { transposeB: true };
        const rows = multiply(
          registry,
          [toRows(registry, dy!), toRows(registry, filter!)],
          transposed,
        );
        const dx = toShape(registry, rows, [...dy!.shape.slice(0, -1), filter!.shape.at(-2)!]);
        return putPixels(registry, dx, attributes);
      });
    };
  const filterGradient =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const { x, dy } = inputs;
      const filterShape = attributes['filterShape'] as number[];
      if (!isPointwise(filterShape, attributes)) return stock(inputs, attributes);
      return tf.tidy(() => {
        const transposed = { transposeA: true };
        const seen = takePixels(registry, x!, attributes);
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
  registry.wrapKernel('Conv2D', convolution, { cast });
  registry.wrapKernel('FusedConv2D', fused, { cast });
  registry.wrapKernel('Conv2DBackpropInput', inputGradient, { cast });
  registry.wrapKernel('Conv2DBackpropFilter', filterGradient, { cast });
}

const cast: CastPolicies = {
  StridedSlice: { rule: 'follow', inputs: [0] },
  StridedSliceGrad: { rule: 'follow', inputs: [4] },
  LimberTakePixels: { rule: 'follow' },
  LimberPutPixels: { rule: 'follow' },
};

/** The pixels that a 1x1 filter meets. */
function takePixels(
  registry: NativeKernelRegistry,
  images: TensorInfo,
  { strides }: KernelAttributes,
): TensorInfo {
  if (isAll(strides, 1)) return images;
  const { hasOwnOperations, operations } = registry;
  if (hasOwnOperations) {
    const attributes = { T: operations.float32, strides: operations.int(sidesOf(strides)) };
    return operations.run('LimberTakePixels', attributes, [images]);
  }
  const places = stepsOver(registry, images.shape, strides);
  return registry.operations.run('StridedSlice', sliceAttributes(registry), [images, ...places]);
}

/** Puts pixels back to where {@link takePixels} took them from, with zeros between them. */
function putPixels(
  registry: NativeKernelRegistry,
  pixels: Tensor,
  { strides, inputShape }: KernelAttributes,
): Tensor {
  if (isAll(strides, 1)) return pixels;
  const shape = inputShape as number[];
  const { hasOwnOperations, operations } = registry;
  if (hasOwnOperations) {
    const size = operations.int(shape.slice(1, 3));
    const attributes = { T: operations.float32, strides: operations.int(sidesOf(strides)), size };
    return operations.run('LimberPutPixels', attributes, [pixels]);
  }
  const places = stepsOver(registry, shape, strides);
  const inputs = [registry.tf.tensor1d(shape, 'int32'), ...places, pixels];
  return registry.operations.run('StridedSliceGrad', sliceAttributes(registry), inputs);
}

/** Begin, end and strides of a slice over the height and width of images. */
function stepsOver(
  { tf }: NativeKernelRegistry,
  shape: readonly number[],
  strides: unknown,
): TensorInfo[] {
  const [down, right] = sidesOf(strides);
  return [[0, 0, 0, 0], [...shape], [1, down, right, 1]].map((each) => tf.tensor1d(each, 'int32'));
}

/** Strides down and to the right. */
function sidesOf(strides: unknown): [number, number] {
  return [strides, strides].flat().slice(0, 2) as [number, number];
}

function sliceAttributes({ operations }: NativeKernelRegistry): Attributes {
  const masks = ['begin', 'end', 'ellipsis', 'new_axis', 'shrink_axis'];
  return {
    T: operations.float32,
    Index: operations.int32,
    ...Object.fromEntries(masks.map((name) => [`${name}_mask`, operations.int(0)])),
  };
}

/** Whether a size, or each of its sides, is `value`. */
function isAll(size: unknown, value: number): boolean {
  return [size].flat(2).every((side) => side === value);
}

function isPointwise(
  [height, width]: readonly number[],
  { dilations = 1, dataFormat, pad }: KernelAttributes,
): boolean {
  // 'same' pads nothing here; a number or explicit sides might
  const isPadded = typeof pad !== 'string' && !isAll(pad, 0);
  const isPlain = isAll(dilations, 1) && !isPadded && dataFormat !== 'NCHW';
  return height === 1 && width === 1 && isPlain;
}
