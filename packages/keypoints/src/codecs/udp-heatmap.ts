import type { HeatmapOptions } from './gaussian-heatmap.ts';
import { createGaussianHeatmap } from './gaussian-heatmap.ts';
import type { KeypointCodec } from './keypoint-codec.ts';

/**
 * Heatmaps as `msra-heatmap`, with lengths counted from the centre of the first pixel to that of the last (unbiased data
 * processing), in the crop of the image too.
 *
 * heatmap px = input px x (heatmap size - 1) / (input size - 1): the corners of one lie on the corners of the other, and the
 * heatmap of a mirrored image is the mirrored heatmap, without a shift.
 *
 * @throws {LimberError} `invalid-argument` if a size or sigma makes no sense.
 * @see Huang et al. 2020, arXiv:1911.07524 (UDP, its Gaussian form), section 3.
 */
export function createUdpHeatmap(options: HeatmapOptions): KeypointCodec {
  return createGaussianHeatmap({ name: 'udp-heatmap', cropConvention: 'lattice' }, options);
}
