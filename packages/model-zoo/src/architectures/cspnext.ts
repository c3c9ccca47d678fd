import type { Network } from '../networks/network.ts';
import type { BlockActivation } from './convolution-module.ts';
import { convolutionModule, depthwiseModule } from './convolution-module.ts';

/** How much of the full design a backbone has. */
export interface CspNextSize {
  /** Factor on the number of blocks. */
  readonly depth: number;
  /** Factor on the number of channels. */
  readonly width: number;
}

const activation: BlockActivation = 'silu';

/** Stages of the full design (`CSPNeXt.arch_settings['P5']` of MMDetection). */
const stages = [
  { filters: 128, blocks: 3, hasShortcuts: true, hasPyramid: false },
  { filters: 256, blocks: 6, hasShortcuts: true, hasPyramid: false },
  { filters: 512, blocks: 6, hasShortcuts: true, hasPyramid: false },
  { filters: 1024, blocks: 3, hasShortcuts: false, hasPyramid: true },
] as const;
const stemFilters = 64;

/** Sides of the max poolings of the pyramid. */
const pyramidSides = [5, 9, 13] as const;
const blockKernelSize = 5;

/**
 * CSPNeXt: stages that send half of their channels through blocks of a 3x3 and a large depthwise convolution, join both
 * halves and weigh the channels by what is in the whole map.
 *
 * Layers have MMPose's names.
 *
 * @param input - [B, H, W, 3], normalised.
 * @returns [B, H / 32, W / 32, 1024 x width].
 * @see Lyu et al. 2022, arXiv:2212.07784, section 3.2.
 */
export function cspNext<T>(network: Network<T>, input: T, { depth, width }: CspNextSize): T {
  const half = Math.floor((stemFilters * width) / 2);
  const stem = [
    { filters: half, stride: 2 },
    { filters: half, stride: 1 },
    { filters: Math.floor(stemFilters * width), stride: 1 },
  ];
  let map = input;
  for (const [index, size] of stem.entries()) {
    const name = `backbone.stem.${index}`;
    map = convolutionModule(network, map, { name, ...size, kernelSize: 3, activation });
  }
  for (const [index, { filters, blocks, hasShortcuts, hasPyramid }] of stages.entries()) {
    const name = `backbone.stage${index + 1}`;
    const size = { filters: Math.floor(filters * width), blocks: roundToEven(blocks * depth) };
    const halved = { name: `${name}.0`, filters: size.filters, kernelSize: 3, stride: 2 };
    map = convolutionModule(network, map, { ...halved, activation });
    if (hasPyramid) map = pyramid(network, map, { name: `${name}.1`, filters: size.filters });
    const place = `${name}.${hasPyramid ? 2 : 1}`;
    map = crossStage(network, map, { name: place, ...size, hasShortcuts });
  }
  return map;
}

/** Python's `round`, and at least 1. */
function roundToEven(value: number): number {
  const below = Math.floor(value);
  const isTie = value - below === 0.5;
  return Math.max(1, isTie ? below + (below % 2) : Math.round(value));
}

interface StageOptions {
  readonly name: string;
  readonly filters: number;
}

/** A 1x1 convolution with batch norm and activation. */
function pointwise<T>(network: Network<T>, input: T, options: StageOptions): T {
  return convolutionModule(network, input, { ...options, kernelSize: 1, activation });
}

/** Maxima over ever larger neighbourhoods beside the map itself (He et al. 2014, arXiv:1406.4729). */
function pyramid<T>(network: Network<T>, input: T, { name, filters }: StageOptions): T {
  const map = pointwise(network, input, { name: `${name}.conv1`, filters: filters / 2 });
  const pooled = pyramidSides.map((kernelSize, index) =>
    network.maxPool(`${name}.poolings.${index}`, map, { kernelSize, stride: 1 }),
  );
  const joined = network.concat(`${name}.concat`, [map, ...pooled]);
  return pointwise(network, joined, { name: `${name}.conv2`, filters });
}

function crossStage<T>(
  network: Network<T>,
  input: T,
  {
    name,
    filters,
    blocks,
    hasShortcuts,
  }: StageOptions & { readonly blocks: number; readonly hasShortcuts: boolean },
): T {
  const half = Math.floor(filters / 2);
  const short = pointwise(network, input, { name: `${name}.short_conv`, filters: half });
  let main = pointwise(network, input, { name: `${name}.main_conv`, filters: half });
  for (let index = 0; index < blocks; index++) {
    const block = { name: `${name}.blocks.${index}`, filters: half };
    const branch = largeKernelBlock(network, main, block);
    main = hasShortcuts ? network.add(`${block.name}.add`, main, branch) : branch;
  }
  const joined = network.concat(`${name}.concat`, [main, short]);
  const weighed = weighChannels(network, joined, { name: `${name}.attention`, filters: 2 * half });
  return pointwise(network, weighed, { name: `${name}.final_conv`, filters });
}

/** A 3x3 convolution, then a 5x5 depthwise and a 1x1 one. */
function largeKernelBlock<T>(network: Network<T>, input: T, { name, filters }: StageOptions): T {
  const size = { filters, activation };
  const first = convolutionModule(network, input, {
    name: `${name}.conv1`,
    ...size,
    kernelSize: 3,
  });
  const wide = depthwiseModule(network, first, {
    name: `${name}.conv2.depthwise_conv`,
    kernelSize: blockKernelSize,
    activation,
  });
  return pointwise(network, wide, { name: `${name}.conv2.pointwise_conv`, filters });
}

/** Each channel times a number in [0, 1] that follows from the means of all channels. */
function weighChannels<T>(network: Network<T>, input: T, { name, filters }: StageOptions): T {
  const means = network.meanPool(`${name}.global_avgpool`, input);
  const weights = network.convolution(`${name}.fc`, means, {
    filters,
    kernelSize: 1,
    hasBias: true,
  });
  return network.multiply(`${name}.multiply`, input, network.hardSigmoid(`${name}.act`, weights));
}
