import type { Network } from '../networks/network.ts';

/** The ResNets by their number of layers. */
export type ResNetDepth = 18 | 34 | 50 | 101;

/** Blocks per stage, and whether a block is the three-layer bottleneck (He et al. 2016, arXiv:1512.03385, table 1). */
const designs: Readonly<Record<ResNetDepth, { blocks: readonly number[]; isDeep: boolean }>> = {
  18: { blocks: [2, 2, 2, 2], isDeep: false },
  34: { blocks: [3, 4, 6, 3], isDeep: false },
  50: { blocks: [3, 4, 6, 3], isDeep: true },
  101: { blocks: [3, 4, 23, 3], isDeep: true },
};

const stemFilters = 64;
const stageFilters = [64, 128, 256, 512];
/** How much wider a bottleneck's output is than its middle. */
const expansion = 4;

/**
 * ResNet without its classifier: height and width shrink 32 times.
 *
 * Bottlenecks are version 1.5, with the stride on the 3x3 convolution, as in torchvision and MMPose. Layers have
 * torchvision's names below `backbone`.
 *
 * @param input - [B, H, W, 3].
 * @returns [B, H / 32, W / 32, 512], or 2048 channels from depth 50 on.
 */
export function resNet<T>(network: Network<T>, input: T, depth: ResNetDepth): T {
  const { blocks, isDeep } = designs[depth];
  const stem = { filters: stemFilters, kernelSize: 7, stride: 2 };
  const names = { convolution: 'backbone.conv1', norm: 'backbone.bn1' };
  let map = convolutionNorm(network, input, { ...names, ...stem });
  map = network.relu('backbone.relu', map);
  map = network.maxPool('backbone.maxpool', map, { kernelSize: 3, stride: 2 });
  let channels = stemFilters;
  for (const [stage, count] of blocks.entries()) {
    const filters = stageFilters[stage]!;
    const outputFilters = isDeep ? filters * expansion : filters;
    for (let index = 0; index < count; index++) {
      const name = `backbone.layer${stage + 1}.${index}`;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const hasSameShape = stride === 1 && channels === outputFilters;
      map = residualBlock(network, map, { name, isDeep, filters, stride, hasSameShape });
      channels = outputFilters;
    }
  }
  return map;
}

/** What a residual block needs to know. */
export interface ResidualBlock {
  readonly name: string;
  /** Whether it is the three-layer bottleneck. */
  readonly isDeep: boolean;
  /** Of the first convolution. */
  readonly filters: number;
  readonly stride: number;
  readonly hasSameShape: boolean;
}

/** A residual block of {@link resNet}: layers are `<name>.conv1`, `<name>.bn1`, …, `<name>.downsample.0`. */
export function residualBlock<T>(network: Network<T>, input: T, block: ResidualBlock): T {
  const { name, isDeep, filters, stride, hasSameShape } = block;
  const outputFilters = isDeep ? filters * expansion : filters;
  const layers: ConvolutionSize[] = isDeep
    ? [
        { filters, kernelSize: 1, stride: 1 },
        { filters, kernelSize: 3, stride },
        { filters: outputFilters, kernelSize: 1, stride: 1 },
      ]
    : [
        { filters, kernelSize: 3, stride },
        { filters, kernelSize: 3, stride: 1 },
      ];
  let branch = input;
  for (const [index, size] of layers.entries()) {
    if (index > 0) branch = network.relu(`${name}.relu${index}`, branch);
    const names = { convolution: `${name}.conv${index + 1}`, norm: `${name}.bn${index + 1}` };
    branch = convolutionNorm(network, branch, { ...names, ...size });
  }
  const names = { convolution: `${name}.downsample.0`, norm: `${name}.downsample.1` };
  const projection = { ...names, filters: outputFilters, kernelSize: 1, stride };
  const shortcut = hasSameShape ? input : convolutionNorm(network, input, projection);
  return network.relu(`${name}.relu`, network.add(`${name}.add`, branch, shortcut));
}

interface ConvolutionSize {
  readonly filters: number;
  readonly kernelSize: number;
  readonly stride: number;
}

/** A convolution without bias and a batch norm, each under a name of its own. */
export function convolutionNorm<T>(
  network: Network<T>,
  input: T,
  options: ConvolutionSize & { readonly convolution: string; readonly norm: string },
): T {
  const { convolution, norm, ...size } = options;
  return network.batchNorm(norm, network.convolution(convolution, input, size));
}
