import type { Network, WindowOptions } from '../networks/network.ts';

/** Activations that a convolution block ends with. */
export type BlockActivation = 'relu' | 'relu6' | 'silu';

/** What a convolution block needs to know. */
export interface BlockOptions extends WindowOptions {
  readonly filters: number;
  readonly activation?: BlockActivation;
}

/**
 * MMCV's `ConvModule`: a convolution without bias (`<name>.conv`), a batch norm (`<name>.bn`), and an activation or none.
 */
export function convolutionModule<T>(
  network: Network<T>,
  input: T,
  { name, activation, ...options }: BlockOptions & { readonly name: string },
): T {
  const map = network.convolution(`${name}.conv`, input, options);
  return normalizeAndActivate(network, map, { name, ...(activation && { activation }) });
}

/** {@link convolutionModule} with one filter for each channel. */
export function depthwiseModule<T>(
  network: Network<T>,
  input: T,
  {
    name,
    activation,
    ...options
  }: WindowOptions & { readonly name: string; readonly activation: BlockActivation },
): T {
  const map = network.depthwise(`${name}.conv`, input, options);
  return normalizeAndActivate(network, map, { name, activation });
}

function normalizeAndActivate<T>(
  network: Network<T>,
  map: T,
  { name, activation }: { readonly name: string; readonly activation?: BlockActivation },
): T {
  const normalized = network.batchNorm(`${name}.bn`, map);
  return activation === undefined
    ? normalized
    : network[activation](`${name}.activate`, normalized);
}
