import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Kernel, KernelAttributes } from './kernel-registry.ts';
import type { NativeKernelRegistry } from './native-registry.ts';

/** The kernel computes so many channels at once. */
const channelBlock = 32;

/**
 * Computes the input's gradient of a strided convolution, which is a strided deconvolution too, over whole blocks of channels.
 * TensorFlow 2.21's kernel (oneDNN, AVX-512) gives wrong numbers for the last 8 or 16 channels after whole blocks, such as for
 * 40, 48 or 80 of them, whatever the size of the maps and of the filter.
 */
export function registerStridedInputGradient(registry: NativeKernelRegistry): void {
  if (!registry.hasOneDnn) return;
  const { tf } = registry;
  const inputGradient =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const filter = inputs['filter'] as Tensor4D;
      const channels = filter.shape[2];
      const missing = -channels & (channelBlock - 1);
      if (!isStrided(attributes) || channels < channelBlock || missing === 0) {
        return stock(inputs, attributes);
      }
      return tf.tidy(() => {
        const inputShape = attributes['inputShape'] as number[];
        const padded = tf.pad(filter, [
          [0, 0],
          [0, 0],
          [0, missing],
          [0, 0],
        ]);
        const dx = stock(
          { ...inputs, filter: padded },
          { ...attributes, inputShape: [...inputShape.slice(0, 3), channels + missing] },
        );
        return tf.slice(dx as Tensor, [0, 0, 0, 0], inputShape);
      });
    };
  // padding and slicing are operations of tfjs-node's own kernels too
  registry.wrapKernel('Conv2DBackpropInput', inputGradient, { cast: {} });
}

function isStrided({ strides, dataFormat }: KernelAttributes): boolean {
  return dataFormat !== 'NCHW' && [strides].flat().some((stride) => stride !== 1);
}
