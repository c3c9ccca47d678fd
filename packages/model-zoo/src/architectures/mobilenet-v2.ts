import type { Network } from '../networks/network.ts';
import { convolutionModule, depthwiseModule } from './convolution-module.ts';
import { deconvolutionHead } from './deconvolution-head.ts';
import { expansion, lastFilters, stages, stemFilters } from './mobilenet-stages.ts';

const activation = 'relu6';

/**
 * MobileNetV2 with the head of a SimpleBaseline, MMPose's `td-hm_mobilenetv2`: 9,569,809 parameters with 17 joints,
 * 1.57 GFLOPs at 256x192.
 *
 * Layers have MMPose's names. The network of MoveNet's backbone is `mobilenet.ts`.
 *
 * @param input - [B, H, W, 3], normalised; H and W multiples of 32.
 * @returns [B, H / 4, W / 4, K].
 * @see Sandler et al. 2018, arXiv:1801.04381.
 */
export function mobileNetV2<T>(network: Network<T>, input: T, jointCount: number): T {
  const stem = { name: 'backbone.conv1', filters: stemFilters, kernelSize: 3, stride: 2 };
  let map = convolutionModule(network, input, { ...stem, activation });
  let channels: number = stemFilters;
  for (const [stage, { filters, blocks, stride }] of stages.entries()) {
    for (let index = 0; index < blocks; index++) {
      map = invertedResidual(network, map, {
        name: `backbone.layer${stage + 1}.${index}`,
        channels,
        filters,
        stride: index === 0 ? stride : 1,
        isExpanded: stage > 0,
      });
      channels = filters;
    }
  }
  const last = { name: 'backbone.conv2', filters: lastFilters, kernelSize: 1 };
  map = convolutionModule(network, map, { ...last, activation });
  return deconvolutionHead(network, map, { deconvolutions: 3, jointCount });
}

interface BlockOptions {
  readonly name: string;
  readonly channels: number;
  readonly filters: number;
  readonly stride: number;
  readonly isExpanded: boolean;
}

/** A narrow map widened by a 1x1 convolution, filtered depthwise, and narrowed again without an activation. */
function invertedResidual<T>(
  network: Network<T>,
  input: T,
  { name, channels, filters, stride, isExpanded }: BlockOptions,
): T {
  let layer = 0;
  const next = (): string => `${name}.conv.${layer++}`;
  let map = input;
  if (isExpanded) {
    const wide = { name: next(), filters: channels * expansion, kernelSize: 1 };
    map = convolutionModule(network, map, { ...wide, activation });
  }
  map = depthwiseModule(network, map, { name: next(), kernelSize: 3, stride, activation });
  map = convolutionModule(network, map, { name: next(), filters, kernelSize: 1 });
  return stride === 1 && channels === filters ? network.add(`${name}.add`, input, map) : map;
}
