import type { Engine, SymbolicTensor } from '@limber/engine';
import type { KernelInitializer, Network, WindowOptions } from './network.ts';
import { deconvolutionKernelSize } from './network.ts';
import { attention } from './operations/attention.ts';
import { dropPath } from './operations/drop-path.ts';
import { gatedAttention } from './operations/gated-attention.ts';
import { halfPixelUpsampling } from './operations/half-pixel-upsampling.ts';
import { hardSigmoid } from './operations/hard-sigmoid.ts';
import { meanPool } from './operations/mean-pool.ts';
import type { Operation } from './operations/operation.ts';
import { applyOperation } from './operations/operation.ts';
import { positions } from './operations/positions.ts';
import { scale } from './operations/scale.ts';
import { scaleNorm } from './operations/scale-norm.ts';

/** PyTorch's `momentum=0.1` is TensorFlow's 0.9: how much of the running value stays. */
const batchNormMomentum = 0.9;
/** Added to variances, as in PyTorch. */
export const batchNormEpsilon = 1e-5;

/** Queries and keys start as copies of the base at random scales (`RTMCCBlock` of MMPose). */
const copyInitializer: KernelInitializer = { type: 'uniform', low: 0, high: 1 };

/**
 * A network of tf.layers, ordinary ones wherever there is one.
 *
 * All weights are 0 at first, with gamma and running variance 1: the caller fills them.
 *
 * @returns the network, and how each kernel wants to be filled, by weight name (`backbone.conv1/kernel`).
 */
export function createLayersNetwork({ tf }: Pick<Engine, 'tf'>): {
  network: Network<SymbolicTensor>;
  initializers: Map<string, KernelInitializer>;
} {
  const { layers } = tf;
  const initializers = new Map<string, KernelInitializer>();
  const zeros = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;
  const note = (name: string, initializer: KernelInitializer = { type: 'he-normal-fan-out' }) =>
    initializers.set(name, initializer);

  const zeroPad = (name: string, input: SymbolicTensor, padding: number): SymbolicTensor =>
    layers.zeroPadding2d({ name: `${name}.pad`, padding }).apply(input) as SymbolicTensor;

  /** The padded input, and what is left for the layer itself to pad. */
  const pad = (
    name: string,
    input: SymbolicTensor,
    { kernelSize, stride = 1, padding = 'symmetric' }: WindowOptions,
  ): { source: SymbolicTensor; padding: 'same' | 'valid' } => {
    // 'same' pads after the last pixel only at stride 2; PyTorch pads on both sides.
    const isSame = padding === 'same' || (padding === 'symmetric' && stride === 1);
    if (isSame || kernelSize === 1) return { source: input, padding: 'same' };
    const pixels = padding === 'symmetric' ? (kernelSize - 1) / 2 : padding;
    return { source: zeroPad(name, input, pixels), padding: 'valid' };
  };
  const activation =
    (activation: 'relu' | 'relu6' | 'sigmoid' | 'swish' | 'gelu') =>
    (name: string, input: SymbolicTensor): SymbolicTensor =>
      layers.activation({ name, activation }).apply(input) as SymbolicTensor;
  const own =
    (operation: Operation<object>) =>
    (name: string, input: SymbolicTensor): SymbolicTensor =>
      applyOperation(tf, operation, { name, input });

  const network: Network<SymbolicTensor> = {
    convolution: (name, input, options) => {
      const { filters, kernelSize, stride = 1, hasBias = false, initializer } = options;
      note(`${name}/kernel`, initializer);
      const { source, padding } = pad(name, input, options);
      const size = { filters, kernelSize, strides: stride, padding };
      const convolution = layers.conv2d({ name, ...size, useBias: hasBias, ...zeros });
      return convolution.apply(source) as SymbolicTensor;
    },
    depthwise: (name, input, options) => {
      const { kernelSize, stride = 1, hasBias = false } = options;
      note(`${name}/depthwise_kernel`);
      const { source, padding } = pad(name, input, options);
      const size = { kernelSize, strides: stride, padding };
      const depthwise = layers.depthwiseConv2d({
        name,
        ...size,
        useBias: hasBias,
        depthwiseInitializer: 'zeros',
        biasInitializer: 'zeros',
      });
      return depthwise.apply(source) as SymbolicTensor;
    },
    deconvolution: (name, input, { filters, initializer }) => {
      note(`${name}/kernel`, initializer);
      const deconvolution = layers.conv2dTranspose({
        name,
        filters,
        kernelSize: deconvolutionKernelSize,
        strides: 2,
        // an even kernel at stride 2: 'same' is one pixel on every side, PyTorch's padding 1
        padding: 'same',
        useBias: false,
        ...zeros,
      });
      return deconvolution.apply(input) as SymbolicTensor;
    },
    batchNorm: (name, input) => {
      const momentum = batchNormMomentum;
      const norm = layers.batchNormalization({ name, momentum, epsilon: batchNormEpsilon });
      return norm.apply(input) as SymbolicTensor;
    },
    layerNorm: (name, input, { epsilon }) =>
      layers.layerNormalization({ name, epsilon }).apply(input) as SymbolicTensor,
    scaleNorm: own(scaleNorm),
    scale: own(scale),
    relu: activation('relu'),
    relu6: activation('relu6'),
    sigmoid: activation('sigmoid'),
    hardSigmoid: own(hardSigmoid),
    silu: activation('swish'),
    gelu: activation('gelu'),
    maxPool: (name, input, { kernelSize, stride }) => {
      // PyTorch pads with -inf, as 'same' does. At stride 2 that would be on one side; after a ReLU zero never wins
      // over a pixel, so zeros are the same.
      const source = stride === 1 ? input : zeroPad(name, input, (kernelSize - 1) / 2);
      const padding = stride === 1 ? 'same' : 'valid';
      const pool = layers.maxPooling2d({ name, poolSize: kernelSize, strides: stride, padding });
      return pool.apply(source) as SymbolicTensor;
    },
    meanPool: own(meanPool),
    upsample: (name, input, { factor }) =>
      layers.upSampling2d({ name, size: [factor, factor] }).apply(input) as SymbolicTensor,
    upsampleBilinear: own(halfPixelUpsampling),
    add: (name, first, second) => layers.add({ name }).apply([first, second]) as SymbolicTensor,
    multiply: (name, first, second) =>
      layers.multiply({ name }).apply([first, second]) as SymbolicTensor,
    concat: (name, inputs) => layers.concatenate({ name }).apply([...inputs]) as SymbolicTensor,
    positions: (name, input, { initializer }) => {
      note(`${name}/embedding`, initializer);
      return applyOperation(tf, positions, { name, input });
    },
    attention: (name, input, { heads }) => applyOperation(tf, attention, { name, input, heads }),
    gatedAttention: (name, input, { keyWidth }) => {
      note(`${name}/scale`, copyInitializer);
      note(`${name}/offset`, copyInitializer);
      return applyOperation(tf, gatedAttention, { name, input, keyWidth });
    },
    dropPath: (name, input, { rate }) => applyOperation(tf, dropPath, { name, input, rate }),
    flatten: (name, input) => {
      const [, height, width, channels] = input.shape as [null, number, number, number];
      const planes = layers.permute({ name: `${name}.planes`, dims: [3, 1, 2] }).apply(input);
      const targetShape = [1, channels, height * width];
      return layers.reshape({ name, targetShape }).apply(planes) as SymbolicTensor;
    },
  };
  return { network, initializers };
}
