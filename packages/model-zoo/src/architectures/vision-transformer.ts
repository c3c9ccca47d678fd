import type { KernelInitializer, Network } from '../networks/network.ts';

/** The design of a vision transformer. */
export interface TransformerDesign {
  /** Channels of a token. */
  readonly width: number;
  readonly layers: number;
  readonly heads: number;
  /** Of the last layer; the first one drops nothing, the rate grows from layer to layer. */
  readonly dropPathRate: number;
}

/** Side of a patch, and how far its convolution reaches over the edge of the image (ViTPose's `patch_cfg`). */
const patchSize = 16;
const patchPadding = 2;
/** How much wider the middle of a feed-forward network is. */
const expansion = 4;
const epsilon = 1e-6;

/** First weights of linear layers and positions. */
const initializer: KernelInitializer = { type: 'normal', standardDeviation: 0.02 };

/**
 * A plain vision transformer without a class token: patches of 16x16 pixels become tokens, which attend to each other
 * layer by layer.
 *
 * Layers have the names of MMPretrain's `VisionTransformer` below `backbone`.
 *
 * @param input - [B, H, W, 3], H and W multiples of 16.
 * @returns [B, H / 16, W / 16, width].
 * @see Dosovitskiy et al. 2021, arXiv:2010.11929, section 3.1.
 */
export function visionTransformer<T>(
  network: Network<T>,
  input: T,
  { width, layers, heads, dropPathRate }: TransformerDesign,
): T {
  const patches = network.convolution('backbone.patch_embed.projection', input, {
    filters: width,
    kernelSize: patchSize,
    stride: patchSize,
    padding: patchPadding,
    hasBias: true,
    initializer,
  });
  let tokens = network.positions('backbone.pos_embed', patches, { initializer });
  for (let layer = 0; layer < layers; layer++) {
    const rate = (dropPathRate * layer) / (layers - 1);
    const options = { name: `backbone.layers.${layer}`, width, heads, rate };
    tokens = encoderLayer(network, tokens, options);
  }
  return network.layerNorm('backbone.ln1', tokens, { epsilon });
}

interface LayerOptions {
  readonly name: string;
  readonly width: number;
  readonly heads: number;
  readonly rate: number;
}

/** Attention, then a feed-forward network, each normalised before and added to what came in. */
function encoderLayer<T>(
  network: Network<T>,
  input: T,
  { name, width, heads, rate }: LayerOptions,
): T {
  const linear = (place: string, map: T, filters: number): T =>
    network.convolution(`${name}.${place}`, map, {
      filters,
      kernelSize: 1,
      hasBias: true,
      initializer,
    });
  const addBranch = (place: string, tokens: T, branch: T): T => {
    const kept = network.dropPath(`${name}.${place}.drop_path`, branch, { rate });
    return network.add(`${name}.${place}.add`, tokens, kept);
  };
  const first = network.layerNorm(`${name}.ln1`, input, { epsilon });
  const parts = linear('attn.qkv', first, 3 * width);
  const attended = network.attention(`${name}.attn`, parts, { heads });
  const tokens = addBranch('attn', input, linear('attn.proj', attended, width));
  const second = network.layerNorm(`${name}.ln2`, tokens, { epsilon });
  const wide = linear('ffn.layers.0.0', second, expansion * width);
  const active = network.gelu(`${name}.ffn.layers.0.1`, wide);
  return addBranch('ffn', tokens, linear('ffn.layers.1', active, width));
}
