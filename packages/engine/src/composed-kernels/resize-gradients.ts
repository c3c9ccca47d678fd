import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { KernelAttributes, OpenKernelRegistry } from '../kernels/kernel-registry.ts';
import type { ResizeMethod } from '../kernels/resize-sampling.ts';
import { samplesAlong } from '../kernels/resize-sampling.ts';

/** Gradients of resizing with half-pixel centers, which the backend's kernels compute without them. */
export function registerResizeGradients(registry: OpenKernelRegistry): void {
  for (const [name, method] of [
    ['ResizeNearestNeighborGrad', 'nearest'],
    ['ResizeBilinearGrad', 'bilinear'],
  ] as const) {
    registry.wrapKernel(name, (stock) => (inputs, attributes) => {
      if (attributes['halfPixelCenters'] !== true) return stock(inputs, attributes);
      const { dy, images } = inputs;
      return spread(registry, [images as Tensor4D, dy as Tensor4D], { attributes, method });
    });
  }
}

/** Resizing multiplies the rows and then the columns by a matrix; its gradient, by the same matrices turned. */
function spread(
  { tf }: OpenKernelRegistry,
  [images, dy]: readonly [Tensor4D, Tensor4D],
  { attributes, method }: { readonly attributes: KernelAttributes; readonly method: ResizeMethod },
): Tensor {
  const [batch, height, width, channels] = images.shape;
  const [, rows, columns] = dy.shape;
  const turned = (size: number, results: number): Tensor3D => {
    const values = new Float32Array(size * results);
    const samples = samplesAlong({ size, results }, attributes, method);
    for (const [position, sample] of samples.entries()) {
      for (const [index, weight] of sample) values[index * results + position]! += weight;
    }
    return tf.tensor3d(values, [1, size, results]);
  };
  return tf.tidy(() => {
    const high = tf.matMul(turned(height, rows), dy.reshape([batch, rows, columns * channels]));
    const full = tf.matMul(
      turned(width, columns),
      high.reshape([batch * height, columns, channels]),
    );
    return full.reshape(images.shape);
  });
}
