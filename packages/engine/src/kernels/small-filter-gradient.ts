import type { NativeBackend } from '../loading/native-backend.ts';
import { bfloat16 } from '../precision/bfloat16.ts';
import { toFloat32 } from '../precision/to-float32.ts';
import type { Kernel } from './kernel-registry.ts';
import type { NativeKernelRegistry } from './native-registry.ts';
import { multiply, toRows, toShape } from './matrix-product.ts';

/**
 * Up to so many output pixels in a batch. Measured on AVX512-BF16: of 384 pixels (the last stage of a
 * ResNet at 256x192, batch 8) the product takes two thirds of the time, of 1,536 half as much again.
 */
const mostPixels = 512;

/**
 * Computes the gradient of a filter from few pixels, in bfloat16, as one matrix product over the
 * patches that the filter saw: TensorFlow's kernel is slow where there are many channels and few pixels.
 */
export function registerSmallFilterGradient(
  registry: NativeKernelRegistry,
  backend: NativeBackend,
): void {
  if (backend.isUsingGpuDevice) return;
  const { operations, tf } = registry;
  const filterGradient =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const { x, dy } = inputs;
      const { pad, strides, dataFormat, filterShape } = attributes;
      const pixels = dy!.shape.slice(0, 3).reduce((product, side) => product * side, 1);
      const isBfloat16 = backend.tensorMap.get(x!.dataId as object).dtype === bfloat16;
      const isPlain = (pad === 'same' || pad === 'valid') && dataFormat !== 'NCHW';
      if (!isBfloat16 || !isPlain || pixels > mostPixels) return stock(inputs, attributes);
      const [height, width] = filterShape as [number, number];
      const [down, right] = [strides, strides].flat() as [number, number];
      return tf.tidy(() => {
        const patches = operations.run(
          'ExtractImagePatches',
          {
            T: operations.float32,
            ksizes: operations.int([1, height, width, 1]),
            strides: operations.int([1, down, right, 1]),
            rates: operations.int([1, 1, 1, 1]),
            padding: operations.string(pad.toUpperCase()),
          },
          [x!],
        );
        const product = multiply(registry, [toRows(registry, patches), toRows(registry, dy!)], {
          transposeA: true,
        });
        // gradients of weights are summed and applied in float32
        return toShape(registry, toFloat32(backend, product), filterShape as number[]);
      });
    };
  registry.wrapKernel('Conv2DBackpropFilter', filterGradient, {
    cast: { ExtractImagePatches: { rule: 'follow' } },
  });
}
