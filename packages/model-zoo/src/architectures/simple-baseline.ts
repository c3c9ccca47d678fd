import type { KernelInitializer, Network } from '../networks/network.ts';
import type { ResNetDepth } from './resnet.ts';
import { resNet } from './resnet.ts';

const deconvolutions = 3;
const deconvolutionFilters = 256;
/** First weights of the head (the paper's code and MMPose's `HeatmapHead`). */
const headInitializer: KernelInitializer = { type: 'normal', standardDeviation: 0.001 };

/**
 * SimpleBaseline: a ResNet, three deconvolutions of 256 filters, and a 1x1 convolution to one heatmap per joint.
 *
 * Layers have MMPose's names (`backbone.…`, `head.deconv_layers.…`, `head.final_layer`).
 *
 * @param input - [B, H, W, 3], normalised; H and W multiples of 32.
 * @returns [B, H / 4, W / 4, K].
 * @see Xiao et al. 2018, arXiv:1804.06208.
 */
export function simpleBaseline<T>(
  network: Network<T>,
  input: T,
  { depth, jointCount }: { readonly depth: ResNetDepth; readonly jointCount: number },
): T {
  let map = resNet(network, input, depth);
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
