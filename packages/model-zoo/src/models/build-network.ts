import { simccBins } from '@limber/keypoints';
import { regressionHead } from '../architectures/regression-head.ts';
import { simccHead } from '../architectures/simcc-head.ts';
import type { LayerCost, MapShape } from '../networks/cost-network.ts';
import { createCostNetwork } from '../networks/cost-network.ts';
import type { Network } from '../networks/network.ts';
import { inputChannels } from '../networks/network.ts';
import type { ModelSpec } from './model-spec.ts';
import { architectureOf, codecOf } from './model-spec.ts';

/**
 * Adds the layers of a model, with the head that its codec needs on heatmaps.
 *
 * @param input - [B, H, W, 3], normalised.
 * @returns heatmaps [B, H / 4, W / 4, K]; for SimCC [B, 1, K, bins of x and of y]; for regression [B, 1, K, 4].
 */
export function buildNetwork<T>(network: Network<T>, input: T, spec: ModelSpec): T {
  const codec = codecOf(spec);
  const { build, output } = architectureOf(spec);
  const { jointCount } = spec;
  const built = build(network, input, { jointCount, bins: simccBins(codec) });
  if (output === 'simcc') return built;
  switch (codec.type) {
    case 'msra-heatmap':
    case 'udp-heatmap':
      return built;
    case 'simcc':
      return simccHead(network, built, codec);
    case 'regression':
      return regressionHead(network, built);
  }
}

/** The layers of a model with what each holds and does, and the shape of its output. Needs no engine. */
export function measureNetwork(spec: ModelSpec): {
  readonly layers: readonly LayerCost[];
  readonly output: MapShape;
} {
  const { network, layers } = createCostNetwork();
  const input = { ...spec.inputSize, channels: inputChannels };
  return { output: buildNetwork<MapShape>(network, input, spec), layers };
}
