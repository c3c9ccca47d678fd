import type { KernelInitializer, Network } from '../networks/network.ts';

/** Filters of every deconvolution (Xiao et al. 2018, arXiv:1804.06208, section 2). */
const deconvolutionFilters = 256;
/** First weights of a head (the paper's code and MMPose's `HeatmapHead`). */
const headInitializer: KernelInitializer = { type: 'normal', standardDeviation: 0.001 };

/**
 * MMPose's `HeatmapHead`: deconvolutions that double the map, and a 1x1 convolution to one heatmap per joint.
 *
 * @param options.deconvolutions - how many; each has 256 filters, a batch norm and a ReLU.
 */
export function deconvolutionHead<T>(
  network: Network<T>,
  input: T,
  { deconvolutions, jointCount }: { readonly deconvolutions: number; readonly jointCount: number },
): T {
  let map = input;
  for (let index = 0; index < deconvolutions; index++) {
    const place = (offset: number): string => `head.deconv_layers.${index * 3 + offset}`;
    map = network.deconvolution(place(0), map, {
      filters: deconvolutionFilters,
      initializer: headInitializer,
    });
    map = network.batchNorm(place(1), map);
    map = network.relu(place(2), map);
  }
  return network.convolution('head.final_layer', map, {
    filters: jointCount,
    kernelSize: 1,
    hasBias: true,
    initializer: headInitializer,
  });
}
