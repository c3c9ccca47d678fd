import type { Network } from '../networks/network.ts';
import { deconvolutionHead } from './deconvolution-head.ts';
import { convolutionNorm, residualBlock } from './resnet.ts';

const stemFilters = 64;
const firstStageBlocks = 4;
/** Blocks of each branch in a module (section 3.1 of the paper). */
const branchBlocks = 4;

/** Stages after the first: their branches and how often these exchange what they know (section 3.3). */
const stages = [
  { branches: 2, modules: 1 },
  { branches: 3, modules: 4 },
  { branches: 4, modules: 3 },
] as const;

/**
 * HRNet: branches of several resolutions side by side that exchange their maps again and again; the finest one keeps a
 * quarter of the input's size from beginning to end. A 1x1 convolution makes one heatmap per joint of it.
 *
 * Layers have MMPose's names. With 17 joints, at 256x192:
 *
 * | width | parameters | GFLOPs |
 * | ----- | ---------- | ------ |
 * | 32    | 28,536,113 | 7.65   |
 * | 48    | 63,595,745 | 15.69  |
 *
 * @param input - [B, H, W, 3], normalised; H and W multiples of 32.
 * @param options.width - filters of the finest branch; each coarser one has twice as many.
 * @returns [B, H / 4, W / 4, K].
 * @see Sun et al. 2019, arXiv:1902.09212.
 */
export function hrNet<T>(
  network: Network<T>,
  input: T,
  { width, jointCount }: { readonly width: number; readonly jointCount: number },
): T {
  const filtersOf = (branch: number): number => width * 2 ** branch;
  let maps = [stem(network, input)];
  for (const [index, { branches, modules }] of stages.entries()) {
    const name = `backbone.transition${index + 1}`;
    maps = addBranch(network, maps, { name, filtersOf });
    for (let module = 0; module < modules; module++) {
      const place = `backbone.stage${index + 2}.${module}`;
      // only the finest map of the last module is read
      const isLast = branches === 4 && module === modules - 1;
      const grown = maps.map((map, branch) =>
        growBranch(network, map, {
          name: `${place}.branches.${branch}`,
          filters: filtersOf(branch),
        }),
      );
      const outputs = isLast ? grown.slice(0, 1) : grown;
      maps = outputs.map((_, output) =>
        fuse(network, grown, { name: `${place}.fuse_layers.${output}`, output, filtersOf }),
      );
    }
  }
  return deconvolutionHead(network, maps[0]!, { deconvolutions: 0, jointCount });
}

/** Two convolutions to a quarter of the size, and four bottlenecks of 256 channels. */
function stem<T>(network: Network<T>, input: T): T {
  let map = input;
  for (const layer of [1, 2]) {
    const names = { convolution: `backbone.conv${layer}`, norm: `backbone.bn${layer}` };
    const size = { filters: stemFilters, kernelSize: 3, stride: 2 };
    map = convolutionNorm(network, map, { ...names, ...size });
    map = network.relu(`backbone.relu${layer}`, map);
  }
  for (let index = 0; index < firstStageBlocks; index++) {
    const block = { isDeep: true, filters: stemFilters, stride: 1, hasSameShape: index > 0 };
    map = residualBlock(network, map, { name: `backbone.layer1.${index}`, ...block });
  }
  return map;
}

interface BranchOptions {
  readonly name: string;
  readonly filtersOf: (branch: number) => number;
}

/** One more branch, at half the size of the coarsest; after the first stage its one map is narrowed for the finest, too. */
function addBranch<T>(network: Network<T>, maps: readonly T[], options: BranchOptions): T[] {
  const { name, filtersOf } = options;
  const isFirst = maps.length === 1;
  const convolve = (place: string, map: T, size: { filters: number; stride: number }): T => {
    const names = { convolution: `${place}.0`, norm: `${place}.1` };
    const convolved = convolutionNorm(network, map, { ...names, ...size, kernelSize: 3 });
    return network.relu(`${place}.2`, convolved);
  };
  const kept = isFirst
    ? [convolve(`${name}.0`, maps[0]!, { filters: filtersOf(0), stride: 1 })]
    : maps;
  const size = { filters: filtersOf(maps.length), stride: 2 };
  return [...kept, convolve(`${name}.${maps.length}.0`, maps.at(-1)!, size)];
}

function growBranch<T>(
  network: Network<T>,
  input: T,
  { name, filters }: { readonly name: string; readonly filters: number },
): T {
  let map = input;
  for (let index = 0; index < branchBlocks; index++) {
    const block = { isDeep: false, filters, stride: 1, hasSameShape: true };
    map = residualBlock(network, map, { name: `${name}.${index}`, ...block });
  }
  return map;
}

/** The sum of all branches at the size of one. */
function fuse<T>(
  network: Network<T>,
  maps: readonly T[],
  { name, output, filtersOf }: BranchOptions & { readonly output: number },
): T {
  const resized = maps.map((map, branch) => {
    const place = `${name}.${branch}`;
    if (branch === output) return map;
    return branch > output
      ? enlarge(network, map, {
          name: place,
          filters: filtersOf(output),
          factor: 2 ** (branch - output),
        })
      : shrink(network, map, { name: place, steps: output - branch, filtersOf, branch, output });
  });
  const sum = resized.reduce((total, map, branch) =>
    network.add(`${name}.add.${branch}`, total, map),
  );
  return network.relu(`${name}.relu`, sum);
}

function enlarge<T>(
  network: Network<T>,
  input: T,
  { name, filters, factor }: { readonly name: string; filters: number; factor: number },
): T {
  const names = { convolution: `${name}.0`, norm: `${name}.1` };
  const map = convolutionNorm(network, input, { ...names, filters, kernelSize: 1, stride: 1 });
  return network.upsample(`${name}.2`, map, { factor });
}

/** Halved by each of several convolutions, of which the last one changes the number of channels. */
function shrink<T>(
  network: Network<T>,
  input: T,
  options: BranchOptions & {
    readonly branch: number;
    readonly output: number;
    readonly steps: number;
  },
): T {
  const { name, filtersOf, branch, output, steps } = options;
  let map = input;
  for (let step = 0; step < steps; step++) {
    const isLast = step === steps - 1;
    const names = { convolution: `${name}.${step}.0`, norm: `${name}.${step}.1` };
    const filters = filtersOf(isLast ? output : branch);
    map = convolutionNorm(network, map, { ...names, filters, kernelSize: 3, stride: 2 });
    if (!isLast) map = network.relu(`${name}.${step}.2`, map);
  }
  return map;
}
