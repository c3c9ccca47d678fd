import type { NativeKernelRegistry } from './native-registry.ts';

/** Differentiates bilinear resizing where it was sampled: tfjs-node's gradient forgets `halfPixelCenters`. */
export function registerResizeBilinearGradient(registry: NativeKernelRegistry): void {
  const { operations } = registry;
  registry.setKernel(
    'ResizeBilinearGrad',
    ({ dy, images }, { alignCorners, halfPixelCenters }) =>
      operations.run(
        'ResizeBilinearGrad',
        {
          T: operations.float32,
          align_corners: operations.bool(alignCorners as boolean),
          half_pixel_centers: operations.bool(halfPixelCenters as boolean),
        },
        [dy!, images!],
      ),
    { cast: { ResizeBilinearGrad: { rule: 'float32' } } },
  );
}
