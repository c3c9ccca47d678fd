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
 * Bottlenecks are version 1.5, with the stride on the 3x3 convolution, as in torchvision and MMPose. Blocks have
 * torchvision's names below `name`.
 *
 * @param input - [B, H, W, 3].
 * @returns [B, H / 32, W / 32, 512], or 2048 channels from depth 50 on.
 */
export function resNet<T>(network: Network<T>, name: string, input: T, depth: ResNetDepth): T {
  const { blocks, isDeep } = designs[depth];
  let map = convolutionNorm(network, input, `${name}.conv1`, `${name}.bn1`, stemFilters, 7, 2);
  map = network.relu(`${name}.relu`, map);
  map = network.maxPool(`${name}.maxpool`, map);
  let channels = stemFilters;
  for (const [stage, count] of blocks.entries()) {
    const filters = stageFilters[stage]!;
    const outputFilters = isDeep ? filters * expansion : filters;
    for (let index = 0; index < count; index++) {
      const block = `${name}.layer${stage + 1}.${index}`;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const branch = isDeep
        ? bottleneckBranch(network, block, map, filters, stride)
        : basicBranch(network, block, map, filters, stride);
      const isSameShape = stride === 1 && channels === outputFilters;
      const shortcut = isSameShape ? map : downsample(network, block, map, outputFilters, stride);
      const sum = network.add(`${block}.add`, branch, shortcut);
      map = network.relu(`${block}.relu`, sum);
      channels = outputFilters;
    }
  }
  return map;
}

function basicBranch<T>(
  network: Network<T>,
  block: string,
  input: T,
  filters: number,
  stride: number,
): T {
  const [conv1, bn1] = [`${block}.conv1`, `${block}.bn1`];
  const first = convolutionNorm(network, input, conv1, bn1, filters, 3, stride);
  const active = network.relu(`${block}.relu1`, first);
  return convolutionNorm(network, active, `${block}.conv2`, `${block}.bn2`, filters, 3, 1);
}

function bottleneckBranch<T>(
  network: Network<T>,
  block: string,
  input: T,
  filters: number,
  stride: number,
): T {
  const wide = filters * expansion;
  let map = convolutionNorm(network, input, `${block}.conv1`, `${block}.bn1`, filters, 1, 1);
  map = network.relu(`${block}.relu1`, map);
  map = convolutionNorm(network, map, `${block}.conv2`, `${block}.bn2`, filters, 3, stride);
  map = network.relu(`${block}.relu2`, map);
  return convolutionNorm(network, map, `${block}.conv3`, `${block}.bn3`, wide, 1, 1);
}

function downsample<T>(
  network: Network<T>,
  block: string,
  input: T,
  filters: number,
  stride: number,
): T {
  const [convolution, norm] = [`${block}.downsample.0`, `${block}.downsample.1`];
  return convolutionNorm(network, input, convolution, norm, filters, 1, stride);
}

function convolutionNorm<T>(
  network: Network<T>,
  input: T,
  convolution: string,
  norm: string,
  filters: number,
  kernelSize: number,
  stride: number,
): T {
  const map = network.convolution(convolution, input, { filters, kernelSize, stride });
  return network.batchNorm(norm, map);
}
