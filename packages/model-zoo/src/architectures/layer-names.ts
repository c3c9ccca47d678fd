import type { Size } from '@limber/keypoints';
import { simccBins } from '@limber/keypoints';
import { createCostNetwork } from '../networks/cost-network.ts';
import type { Network } from '../networks/network.ts';
import { inputChannels } from '../networks/network.ts';
import type { HeadOptions } from './head-options.ts';

/** The names of a model's layers, in the order in which they are built. No tensor library is needed. */
export function layerNamesOf({
  build,
  inputSize,
}: {
  readonly build: <T>(network: Network<T>, input: T, head: HeadOptions) => T;
  readonly inputSize: Size;
}): string[] {
  const { network, layers } = createCostNetwork();
  build(
    network,
    { ...inputSize, channels: inputChannels },
    { jointCount: 1, bins: simccBins({ inputSize }) },
  );
  return layers.map(({ name }) => name);
}
