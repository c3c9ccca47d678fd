import type { NativeKernelRegistry } from './native-registry.ts';

/** Differentiates nearest resizing where it was sampled: tfjs-node's gradient forgets `halfPixelCenters`. */
export function registerResizeNearestGradient(registry: NativeKernelRegistry): void {
  const { operations, tf } = registry;
  registry.setKernel(
    'ResizeNearestNeighborGrad',
    ({ dy, images }, { alignCorners, halfPixelCenters }) =>
      tf.tidy(() =>
        operations.run(
          'ResizeNearestNeighborGrad',
          {
            T: operations.float32,
            align_corners: operations.bool(alignCorners as boolean),
            half_pixel_centers: operations.bool(halfPixelCenters as boolean),
          },
          [dy!, tf.tensor1d(images!.shape.slice(1, 3), 'int32')],
        ),
      ),
    { cast: {} },
  );
}
