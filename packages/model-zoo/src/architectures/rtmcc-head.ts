import type { KernelInitializer, Network } from '../networks/network.ts';
import type { HeadOptions } from './head-options.ts';

/** Side of the convolution to one map per joint. */
const finalKernelSize = 7;
/** Channels of a joint's token (`hidden_dims` of MMPose's configurations). */
const tokenWidth = 256;
/** Channels of the base of queries and keys (`s`). */
const keyWidth = 128;
/** Channels of gates and of values, for each of the token's (`expansion_factor`). */
const expansion = 2;

/** First weights (`RTMCCHead.default_init_cfg`). */
const convolutionInitializer: KernelInitializer = { type: 'normal', standardDeviation: 0.001 };
const linearInitializer: KernelInitializer = { type: 'normal', standardDeviation: 0.01 };

/**
 * RTMPose's head: each joint's map becomes a token, a gated attention unit lets the tokens look at each other, and two
 * linear layers say for each bin of x and of y how likely the joint is there.
 *
 * Layers have MMPose's names.
 *
 * @param input - [B, h, w, C]. The weights belong to this size.
 * @param options.bins - of each axis.
 * @returns [B, 1, K, bins of x and of y].
 * @see Jiang et al. 2023, arXiv:2303.07399, section 3.2.
 */
export function rtmccHead<T>(network: Network<T>, input: T, { bins, jointCount }: HeadOptions): T {
  const maps = network.convolution('head.final_layer', input, {
    filters: jointCount,
    kernelSize: finalKernelSize,
    hasBias: true,
    initializer: convolutionInitializer,
  });
  const pixels = network.flatten('head.tokens', maps);
  const normalized = network.scaleNorm('head.mlp.0', pixels);
  const tokens = linear(network, normalized, { name: 'head.mlp.1', filters: tokenWidth });
  const attended = gatedAttentionUnit(network, tokens, 'head.gau');
  const axes = (['x', 'y'] as const).map((axis) =>
    linear(network, attended, { name: `head.cls_${axis}`, filters: bins[axis] }),
  );
  return network.concat('head.bins', axes);
}

function linear<T>(
  network: Network<T>,
  input: T,
  { name, filters }: { readonly name: string; readonly filters: number },
): T {
  const options = { filters, kernelSize: 1, initializer: linearInitializer };
  return network.convolution(name, input, options);
}

/** @see Hua et al. 2022, arXiv:2202.10447, section 3.2; `RTMCCBlock` of MMPose. */
function gatedAttentionUnit<T>(network: Network<T>, tokens: T, name: string): T {
  const normalized = network.scaleNorm(`${name}.ln`, tokens);
  const filters = 2 * expansion * tokenWidth + keyWidth;
  const mixed = linear(network, normalized, { name: `${name}.uv`, filters });
  const active = network.silu(`${name}.act_fn`, mixed);
  const attended = network.gatedAttention(name, active, { keyWidth });
  const branch = linear(network, attended, { name: `${name}.o`, filters: tokenWidth });
  return network.add(`${name}.add`, network.scale(`${name}.res_scale`, tokens), branch);
}
