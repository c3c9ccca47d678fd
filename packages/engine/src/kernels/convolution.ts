import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { KernelRegistry } from './kernel-registry.ts';

type FusedConv2d = typeof tfjs.fused.conv2d;

/**
 * Keeps tf.layers' convolutions from computing a gradient that nobody asked for.
 *
 * While gradients are recorded, tfjs wraps a convolution without activation into one custom gradient,
 * which always computes the gradient of its input too: for the first layer that is the input image.
 * As two separate kernels each gradient is computed only when it is needed.
 */
export function patchConvolution({ tf }: KernelRegistry): void {
  const { state } = tf.engine() as unknown as { state: { gradientDepth: number } };
  const fused = tf.fused as { conv2d: FusedConv2d };
  const stock = fused.conv2d;
  const conv2d = (options: Parameters<FusedConv2d>[0]): Tensor3D | Tensor4D => {
    const { x, filter, strides, pad, dataFormat, dilations, dimRoundingMode, bias } = options;
    if (state.gradientDepth === 0 || (options.activation ?? 'linear') !== 'linear') {
      return stock(options);
    }
    const y = tf.conv2d(x, filter, strides, pad, dataFormat, dilations, dimRoundingMode);
    return bias === undefined || bias === null ? y : tf.add(y, bias);
  };
  fused.conv2d = conv2d as FusedConv2d;
}
