import type { Network } from '../networks/network.ts';
import { limberTiny } from './limber-tiny.ts';
import type { ModelName } from './model-names.ts';
import type { Normalization } from '../models/normalize-images.ts';
import { imageNetNormalization, symmetricNormalization } from '../models/normalize-images.ts';
import { moveNet } from './movenet.ts';
import { simpleBaseline } from './simple-baseline.ts';

/** Input sides are multiples of this: every model halves its maps five times. */
export const inputSideMultiple = 32;

/** How many input pixels there are to one heatmap pixel. */
export const heatmapStride = 4;

/**
 * Lays the blocks of a model.
 *
 * @param input - [B, H, W, 3], normalised; H and W multiples of {@link inputSideMultiple}.
 * @returns [B, H / 4, W / 4, K] heatmaps.
 */
export function layModel<T>(network: Network<T>, name: ModelName, input: T, jointCount: number): T {
  switch (name) {
    case 'limber-tiny':
      return limberTiny(network, input, jointCount);
    case 'simplebaseline-resnet18':
      return simpleBaseline(network, input, 18, jointCount);
    case 'simplebaseline-resnet34':
      return simpleBaseline(network, input, 34, jointCount);
    case 'simplebaseline-resnet50':
      return simpleBaseline(network, input, 50, jointCount);
    case 'simplebaseline-resnet101':
      return simpleBaseline(network, input, 101, jointCount);
    case 'movenet-lightning':
      return moveNet(network, input, { width: 1, jointCount });
    case 'movenet-thunder':
      return moveNet(network, input, { width: 1.75, jointCount });
  }
}

/** What a model's inputs are made of pixels by. */
export function normalizationOf(name: ModelName): Normalization {
  return name === 'movenet-lightning' || name === 'movenet-thunder'
    ? symmetricNormalization
    : imageNetNormalization;
}
