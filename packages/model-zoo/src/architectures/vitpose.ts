import type { Network } from '../networks/network.ts';
import { deconvolutionHead } from './deconvolution-head.ts';
import { visionTransformer } from './vision-transformer.ts';

/**
 * ViTPose-S: a plain vision transformer, and the classic decoder of two deconvolutions.
 *
 * Layers have MMPose's names. With 17 joints, at 256x192: 24,290,193 parameters, 5.59 GFLOPs.
 *
 * @param input - [B, H, W, 3], normalised; H and W multiples of 16. The position embedding belongs to this size.
 * @returns [B, H / 4, W / 4, K].
 * @see Xu et al. 2022, arXiv:2204.12484.
 */
export function vitPoseSmall<T>(network: Network<T>, input: T, jointCount: number): T {
  const design = { width: 384, layers: 12, heads: 12, dropPathRate: 0.1 };
  const map = visionTransformer(network, input, design);
  return deconvolutionHead(network, map, { deconvolutions: 2, jointCount });
}
