import type { KernelInitializer, Network } from '../networks/network.ts';

/** Filters of the two convolutions that take the image to a quarter of its size at once. */
const stemFilters = [16, 32] as const;

/** The two sizes of the network. */
export type LimberSize = 'tiny' | 'small';

/** Residual blocks at one size of the maps. */
interface Stage {
  readonly filters: number;
  readonly blocks: number;
}

interface Widths {
  /** At 1/4 of the input, where it is decided how exact a joint's place is. */
  readonly finest: Stage;
  /** Filters of every level on the way back up. */
  readonly decoderFilters: number;
}

const widths: Readonly<Record<LimberSize, Widths>> = {
  tiny: { finest: { filters: 32, blocks: 1 }, decoderFilters: 32 },
  small: { finest: { filters: 48, blocks: 2 }, decoderFilters: 64 },
};

/** Residual stages at 1/8, 1/16 and 1/32 of the input: the filters and the blocks of each. */
const coarserStages: readonly Stage[] = [
  { filters: 64, blocks: 1 },
  { filters: 128, blocks: 2 },
  { filters: 192, blocks: 1 },
];

/** So that the first heatmaps are near 0, as most of every target is. */
const headInitializer: KernelInitializer = { type: 'normal', standardDeviation: 0.001 };

/**
 * Small pose networks for training on a few processor cores, made for accuracy per second of a training step.
 *
 * Plain 3x3 convolutions with multiples of 16 filters keep a processor's matrix units busy, where depthwise ones wait
 * for memory. A residual encoder shrinks the image 32 times; on the way back each level adds the encoder's map of
 * its own size, as in a feature pyramid (Lin et al. 2017, arXiv:1612.03144), and a 3x3 convolution smooths the sum.
 *
 * @param input - [B, H, W, 3], normalised; H and W multiples of 32.
 * @returns [B, H / 4, W / 4, K].
 */
export function limber<T>(
  network: Network<T>,
  input: T,
  { size, jointCount }: { readonly size: LimberSize; readonly jointCount: number },
): T {
  const { finest, decoderFilters } = widths[size];
  const levels = encode(network, input, [finest, ...coarserStages]);
  const decoded = decode(network, levels, decoderFilters);
  return network.convolution('head', decoded, {
    filters: jointCount,
    kernelSize: 1,
    hasBias: true,
    initializer: headInitializer,
  });
}

/** Maps at 1/4, 1/8, 1/16 and 1/32 of the input. */
function encode<T>(network: Network<T>, input: T, stages: readonly Stage[]): T[] {
  let map = input;
  for (const [index, filters] of stemFilters.entries()) {
    map = convolutionNormRelu(network, map, { name: `stem.${index}`, filters, stride: 2 });
  }
  let channels: number = stemFilters[1];
  return stages.map(({ filters, blocks }, stage) => {
    for (let index = 0; index < blocks; index++) {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const hasSameShape = stride === 1 && channels === filters;
      const name = `encoder.${stage}.${index}`;
      map = residualBlock(network, map, { name, filters, stride, hasSameShape });
      channels = filters;
    }
    return map;
  });
}

interface Block {
  readonly name: string;
  readonly filters: number;
  readonly stride: number;
}

function residualBlock<T>(
  network: Network<T>,
  input: T,
  { name, filters, stride, hasSameShape }: Block & { readonly hasSameShape: boolean },
): T {
  const first = convolutionNormRelu(network, input, { name: `${name}.0`, filters, stride });
  const second = network.convolution(`${name}.1.conv`, first, { filters, kernelSize: 3 });
  const branch = network.batchNorm(`${name}.1.norm`, second);
  const shortcut = hasSameShape
    ? input
    : projection(network, input, { name: `${name}.shortcut`, filters, stride });
  return network.relu(`${name}.relu`, network.add(`${name}.add`, branch, shortcut));
}

/** From the coarsest map up, each level is its own map plus the coarser one, doubled in size. */
function decode<T>(network: Network<T>, levels: readonly T[], filters: number): T {
  const coarsest = levels.length - 1;
  const size = { filters, stride: 1 };
  const lateral = (level: number): T =>
    projection(network, levels[level]!, { name: `decoder.${level}.lateral`, ...size });
  let map = network.relu(`decoder.${coarsest}.relu`, lateral(coarsest));
  for (let level = coarsest - 1; level >= 0; level--) {
    const name = `decoder.${level}`;
    const upsampled = network.upsample(`${name}.upsample`, map, { factor: 2 });
    const sum = network.add(`${name}.add`, lateral(level), upsampled);
    map = network.relu(`${name}.relu`, sum);
    map = convolutionNormRelu(network, map, { name: `${name}.smooth`, ...size });
  }
  return map;
}

function convolutionNormRelu<T>(network: Network<T>, input: T, block: Block): T {
  const { name, ...size } = block;
  const map = network.convolution(`${name}.conv`, input, { kernelSize: 3, ...size });
  return network.relu(`${name}.relu`, network.batchNorm(`${name}.norm`, map));
}

/** A 1x1 convolution with batch norm, to another number of channels. */
function projection<T>(network: Network<T>, input: T, block: Block): T {
  const { name, ...size } = block;
  const map = network.convolution(`${name}.conv`, input, { kernelSize: 1, ...size });
  return network.batchNorm(`${name}.norm`, map);
}
