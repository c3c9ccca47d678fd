import { createCostNetwork } from '../networks/cost-network.ts';
import type { ModelEntry } from './models.ts';

/** The names of a model's layers, in the order in which they are built. No tensor library is needed. */
export function layerNamesOf({ build, inputSize }: Pick<ModelEntry, 'build' | 'inputSize'>): string[] {
  const { network, layers } = createCostNetwork();
  build(network, { ...inputSize, channels: 3 }, { inputSize, jointCount: 1 });
  return layers.map(({ name }) => name);
}
