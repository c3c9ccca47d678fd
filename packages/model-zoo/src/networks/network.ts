/** How a convolution's first weights are drawn. */
export type KernelInitializer =
  /** Normal with variance 2 / (kernel area x filters), torchvision's for ResNets (He et al. 2015, arXiv:1502.01852). */
  | { readonly type: 'he-normal-fan-out' }
  | { readonly type: 'normal'; readonly standardDeviation: number };

/** Where the zeros go that a convolution pads with. */
export type Padding =
  /** (kernelSize - 1) / 2 on every side, as PyTorch does. */
  | 'symmetric'
  /** TensorFlow's SAME: at stride 2 and even sides only after the last pixel. The same as symmetric at stride 1. */
  | 'same';

interface ConvolutionOptions {
  readonly filters: number;
  /** Side of the kernel, odd. */
  readonly kernelSize: number;
  readonly stride?: number;
  /** `symmetric` by default. */
  readonly padding?: Padding;
  /** Off where a batch norm follows, which has its own. */
  readonly hasBias?: boolean;
  readonly initializer?: KernelInitializer;
}

/**
 * The building blocks of an architecture. An architecture is a function that says one block after the other;
 * what comes out depends on who listens: `createLayersNetwork` makes a tf.layers model, `createCostNetwork` counts.
 *
 * Frame of all maps: [B, H, W, channels]. Names are unique within a network, and are PyTorch's module paths where
 * a published model exists, so that weights can be carried over.
 *
 * @typeParam T - a map between two blocks.
 */
export interface Network<T> {
  /** The output is the input's size divided by the stride. */
  convolution(name: string, input: T, options: ConvolutionOptions): T;
  /** 3x3, one filter for each channel, TensorFlow's SAME padding. */
  depthwise(name: string, input: T, options: DepthwiseOptions): T;
  /** Doubles height and width: 4x4 kernel, stride 2, PyTorch's padding 1, no bias. */
  deconvolution(name: string, input: T, options: Required<FilterOptions>): T;
  /** Momentum 0.9 (PyTorch writes it 0.1), epsilon 1e-5. */
  batchNorm(name: string, input: T): T;
  relu(name: string, input: T): T;
  /** min(max(x, 0), 6). */
  relu6(name: string, input: T): T;
  sigmoid(name: string, input: T): T;
  /** 3x3, stride 2, padding 1. Only for inputs >= 0, such as after a ReLU: the padding is zeros. */
  maxPool(name: string, input: T): T;
  /** Doubles height and width by repeating every pixel. */
  upsample(name: string, input: T): T;
  /** Doubles height and width bilinearly with half-pixel centers, as Keras's bilinear `UpSampling2D` does. */
  upsampleBilinear(name: string, input: T): T;
  /**
   * The pixels of each channel, one after the other: [B, H, W, K] → [B, 1, K, H x W]. A 1x1 convolution of it is a dense layer that
   * all channels share.
   */
  flatten(name: string, input: T): T;
  /** The sum of two maps of one shape. */
  add(name: string, first: T, second: T): T;
}

interface DepthwiseOptions {
  readonly stride?: number;
  /** Off where a 1x1 convolution with a bias follows at once. */
  readonly hasBias?: boolean;
}

/** Side of every depthwise kernel (Sandler et al. 2018, arXiv:1801.04381, table 1). */
export const depthwiseKernelSize = 3;

/** What a deconvolution needs to know. */
interface FilterOptions {
  readonly filters: number;
  readonly initializer?: KernelInitializer;
}

/** Side and stride of every deconvolution (Xiao et al. 2018, arXiv:1804.06208, section 2). */
export const deconvolutionKernelSize = 4;
