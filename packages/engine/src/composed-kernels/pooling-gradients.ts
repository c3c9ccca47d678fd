import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { OpenKernelRegistry } from '../kernels/kernel-registry.ts';

/** The gradient of average pooling, which the backend divides by whole windows at the borders too. */
export function registerPoolingGradients(registry: OpenKernelRegistry): void {
  const { tf } = registry;
  registry.setKernel('AvgPoolGrad', ({ dy, input }, attributes) => {
    const { filterSize, strides, pad } = attributes as unknown as AveragePooling;
    const info = tf.backend_util.computePool2DInfo(
      (input as Tensor4D).shape,
      filterSize,
      strides,
      1,
      pad,
    );
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = info;
    return tf.tidy(() => {
      const images = batchSize * inChannels;
      const perPixel = tf.div(
        dy as Tensor,
        tf.tensor4d(pixelsOfWindows(info), [1, outHeight, outWidth, 1]),
      );
      // each channel by itself: the transposed convolution by ones adds to every pixel of a window
      const gradients = perPixel.transpose([0, 3, 1, 2]).reshape([images, outHeight, outWidth, 1]);
      const spread = tf.conv2dTranspose(
        gradients as Tensor4D,
        tf.ones([info.filterHeight, info.filterWidth, 1, 1]),
        [images, inHeight, inWidth, 1],
        [info.strideHeight, info.strideWidth],
        pad,
      );
      return spread.reshape([batchSize, inChannels, inHeight, inWidth]).transpose([0, 2, 3, 1]);
    });
  });
}

interface AveragePooling {
  readonly filterSize: [number, number] | number;
  readonly strides: [number, number] | number;
  readonly pad: 'valid' | 'same' | number;
}

type PoolInfo = ReturnType<OpenKernelRegistry['tf']['backend_util']['computePool2DInfo']>;

/** How many pixels of the image each window covers, row by row. */
function pixelsOfWindows(info: PoolInfo): Float32Array {
  const { outHeight, outWidth, inHeight, inWidth, padInfo } = info;
  const along = (results: number, size: number, window: readonly [number, number, number]) =>
    Array.from({ length: results }, (_, position) => {
      const [kernel, stride, before] = window;
      const start = position * stride - before;
      return Math.min(size, start + kernel) - Math.max(0, start);
    });
  const rows = along(outHeight, inHeight, [info.filterHeight, info.strideHeight, padInfo.top]);
  const columns = along(outWidth, inWidth, [info.filterWidth, info.strideWidth, padInfo.left]);
  return Float32Array.from(rows.flatMap((height) => columns.map((width) => height * width)));
}
