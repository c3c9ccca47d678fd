import type { Network } from '../networks/network.ts';
import { deconvolutionHead } from './deconvolution-head.ts';
import type { ResNetDepth } from './resnet.ts';
import { resNet } from './resnet.ts';

/**
 * SimpleBaseline: a ResNet, three deconvolutions of 256 filters, and a 1x1 convolution to one heatmap per joint.
 *
 * Layers have MMPose's names (`backbone.…`, `head.deconv_layers.…`, `head.final_layer`). With 17 joints, at 256x192:
 *
 * | depth | parameters | GFLOPs |
 * | ----- | ---------- | ------ |
 * | 18    | 15,376,721 | 2.90   |
 * | 34    | 25,484,881 | 4.71   |
 * | 50    | 33,999,697 | 5.43   |
 * | 101   | 52,991,825 | 9.06   |
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
  const map = resNet(network, input, depth);
  return deconvolutionHead(network, map, { deconvolutions: 3, jointCount });
}
