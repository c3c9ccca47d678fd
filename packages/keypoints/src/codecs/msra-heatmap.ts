import type { HeatmapOptions } from './gaussian-heatmap.ts';
import { createGaussianHeatmap } from './gaussian-heatmap.ts';
import type { KeypointCodec } from './keypoint-codec.ts';

/**
 * One heatmap per joint, laid out [H, W, K]: an unbiased Gaussian, decoded with DARK.
 *
 * heatmap px = input px x heatmap size / input size (4 input pixels to 1 in the usual models).
 *
 * @throws {LimberError} `invalid-argument` if a size or sigma makes no sense.
 * @see Xiao et al. 2018, arXiv:1804.06208, section 3; Zhang et al. 2020, arXiv:1910.06278 (DARK).
 */
export function createMsraHeatmap(options: HeatmapOptions): KeypointCodec {
  return createGaussianHeatmap({ name: 'msra-heatmap', cropConvention: 'area' }, options);
}
