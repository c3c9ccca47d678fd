import type { Size } from '@limber/keypoints';
import { createCostNetwork } from '../networks/cost-network.ts';
import type { Network } from '../networks/network.ts';

/** The names of a model's layers, in the order in which they are built. No tensor library is needed. */
export function layerNamesOf({
  build,
  inputSize,
}: {
  readonly build: <T>(network: Network<T>, input: T, jointCount: number) => T;
  readonly inputSize: Size;
}): string[] {
  const names: string[] = [];
  const { network } = createCostNetwork();
  const listening = Object.entries(network).map(([block, add]) => [
    block,
    (name: string, ...rest: unknown[]) => {
      names.push(name);
      return (add as (...all: unknown[]) => unknown)(name, ...rest);
    },
  ]);
  build(Object.fromEntries(listening) as typeof network, { ...inputSize, channels: 3 }, 1);
  return names;
}
