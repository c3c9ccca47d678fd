/** How a kernel's first weights are drawn. */
export type KernelInitializer =
  /** Normal with variance 2 / (kernel area x filters), torchvision's for ResNets (He et al. 2015, arXiv:1502.01852). */
  | { readonly type: 'he-normal-fan-out' }
  | { readonly type: 'normal'; readonly standardDeviation: number }
  | { readonly type: 'uniform'; readonly low: number; readonly high: number };

/** Where the zeros go that a convolution pads with. */
export type Padding =
  /** (kernelSize - 1) / 2 on every side, as PyTorch does. */
  | 'symmetric'
  /** TensorFlow's SAME: at stride 2 and even sides only after the last pixel. The same as symmetric at stride 1. */
  | 'same'
  /** So many on every side. */
  | number;

/** Of an image that a network is given: red, green, blue. */
export const inputChannels = 3;

/** How a kernel goes over a map. */
export interface WindowOptions {
  /** Side of the kernel; odd, unless the padding is a number. */
  readonly kernelSize: number;
  readonly stride?: number;
  /** `symmetric` by default. */
  readonly padding?: Padding;
}

interface ConvolutionOptions extends WindowOptions {
  readonly filters: number;
  /** Off where a batch norm follows, which has its own. */
  readonly hasBias?: boolean;
  readonly initializer?: KernelInitializer;
}

interface DepthwiseOptions extends WindowOptions {
  /** Off where a batch norm, or a 1x1 convolution with a bias, follows at once. */
  readonly hasBias?: boolean;
}

/** What a deconvolution needs to know. */
interface FilterOptions {
  readonly filters: number;
  readonly initializer?: KernelInitializer;
}

/** How a max pooling goes over a map. */
export interface PoolingOptions {
  /** Odd; (kernelSize - 1) / 2 pixels are padded on every side. */
  readonly kernelSize: number;
  readonly stride: 1 | 2;
}

/**
 * The building blocks of an architecture. An architecture is a function that says one block after the other;
 * what comes out depends on who listens: `createLayersNetwork` makes a tf.layers model, `createCostNetwork` counts.
 *
 * Frame of all maps: [B, H, W, channels]. Tokens are the pixels of a map, so a 1x1 convolution is their linear layer.
 * Names are unique within a network, and are PyTorch's module paths where a published model exists, so that weights can
 * be carried over.
 *
 * @typeParam T - a map between two blocks.
 */
export interface Network<T> {
  /** The output is the input's size divided by the stride. */
  convolution(name: string, input: T, options: ConvolutionOptions): T;
  /** One filter for each channel. */
  depthwise(name: string, input: T, options: DepthwiseOptions): T;
  /** Doubles height and width: 4x4 kernel, stride 2, PyTorch's padding 1, no bias. */
  deconvolution(name: string, input: T, options: Required<FilterOptions>): T;
  /** Momentum 0.9 (PyTorch writes it 0.1), epsilon 1e-5. */
  batchNorm(name: string, input: T): T;
  /** Over the channels of each pixel (Ba et al. 2016, arXiv:1607.06450). */
  layerNorm(name: string, input: T, options: { readonly epsilon: number }): T;
  /** Channels of each pixel divided by their root mean square, times one learned number (`ScaleNorm` of RTMPose). */
  scaleNorm(name: string, input: T): T;
  /** Each channel times a learned number that starts at 1. */
  scale(name: string, input: T): T;
  relu(name: string, input: T): T;
  /** min(max(x, 0), 6). */
  relu6(name: string, input: T): T;
  sigmoid(name: string, input: T): T;
  /** min(max(x + 3, 0), 6) / 6, as in PyTorch; Keras's is steeper. */
  hardSigmoid(name: string, input: T): T;
  /** x times sigmoid(x), `swish` elsewhere. */
  silu(name: string, input: T): T;
  /** x times the standard normal distribution's cumulative function, by erf and not by tanh. */
  gelu(name: string, input: T): T;
  /** At stride 2 only for inputs >= 0, such as after a ReLU: the padding is zeros there. */
  maxPool(name: string, input: T, options: PoolingOptions): T;
  /** The mean of each channel: [B, 1, 1, channels]. */
  meanPool(name: string, input: T): T;
  /** Height and width times `factor` by repeating every pixel. */
  upsample(name: string, input: T, options: { readonly factor: number }): T;
  /** Doubles height and width bilinearly with half-pixel centers, as Keras's bilinear `UpSampling2D` does. */
  upsampleBilinear(name: string, input: T): T;
  /** The sum of two maps of one shape. */
  add(name: string, first: T, second: T): T;
  /** The product of two maps of one shape, or of a map and [B, 1, 1, channels]. */
  multiply(name: string, first: T, second: T): T;
  /** The channels of several maps of one size behind each other. */
  concat(name: string, inputs: readonly T[]): T;
  /** Adds a learned map of the input's shape: where each token is. Its weights belong to this input size. */
  positions(name: string, input: T, options: { readonly initializer: KernelInitializer }): T;
  /**
   * Attention between all tokens (Vaswani et al. 2017, arXiv:1706.03762, section 3.2).
   *
   * @param input - 3 C channels: queries, keys and values, each head by head.
   * @returns C channels.
   */
  attention(name: string, input: T, options: { readonly heads: number }): T;
  /**
   * The attention of a gated attention unit (Hua et al. 2022, arXiv:2202.10447) with squared ReLU in place of softmax.
   *
   * @param input - gates, values, and a base that queries and keys are scaled and shifted copies of.
   * @param options.keyWidth - channels of the base; gates and values have half of the rest each.
   * @returns the gates times the attended values.
   */
  gatedAttention(name: string, input: T, options: { readonly keyWidth: number }): T;
  /** In training leaves the whole input of an image out at this rate, and scales the others up. */
  dropPath(name: string, input: T, options: { readonly rate: number }): T;
  /**
   * The pixels of each channel, one after the other: [B, H, W, K] → [B, 1, K, H x W]. A 1x1 convolution of it is a dense layer that
   * all channels share.
   */
  flatten(name: string, input: T): T;
}

/** Side and stride of every deconvolution (Xiao et al. 2018, arXiv:1804.06208, section 2). */
export const deconvolutionKernelSize = 4;

/** Height or width after a kernel went over a map. */
export function sideAfter(
  side: number,
  { kernelSize, stride = 1, padding = 'symmetric' }: WindowOptions,
): number {
  if (typeof padding !== 'number') return Math.ceil(side / stride);
  return Math.floor((side + 2 * padding - kernelSize) / stride) + 1;
}
