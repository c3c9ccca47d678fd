import type { Engine, SymbolicTensor } from '@limber/engine';
import type { KernelInitializer, Network } from './network.ts';
import { deconvolutionKernelSize, depthwiseKernelSize } from './network.ts';
import { createHalfPixelUpsampling } from './half-pixel-upsampling.ts';

/** PyTorch's `momentum=0.1` is TensorFlow's 0.9: how much of the running value stays. */
const batchNormMomentum = 0.9;
/** Added to variances, as in PyTorch. */
export const batchNormEpsilon = 1e-5;

/**
 * A network of ordinary tf.layers, so that a model saved by `model.save` loads in stock TensorFlow.js.
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
    initializers.set(`${name}/kernel`, initializer);

  // 'same' pads after the last pixel only at stride 2; PyTorch pads on both sides.
  const pad = (name: string, input: SymbolicTensor, padding: number): SymbolicTensor =>
    layers.zeroPadding2d({ name: `${name}.pad`, padding }).apply(input) as SymbolicTensor;

  const network: Network<SymbolicTensor> = {
    convolution: (name, input, options) => {
      const { filters, kernelSize, stride = 1, hasBias = false, initializer } = options;
      const { padding = 'symmetric' } = options;
      note(name, initializer);
      const isPadded = padding === 'symmetric' && stride > 1 && kernelSize > 1;
      const source = isPadded ? pad(name, input, (kernelSize - 1) / 2) : input;
      const convolution = layers.conv2d({
        name,
        filters,
        kernelSize,
        strides: stride,
        padding: isPadded ? 'valid' : 'same',
        useBias: hasBias,
        ...zeros,
      });
      return convolution.apply(source) as SymbolicTensor;
    },
    depthwise: (name, input, { stride = 1, hasBias = false }) => {
      initializers.set(`${name}/depthwise_kernel`, { type: 'he-normal-fan-out' });
      const depthwise = layers.depthwiseConv2d({
        name,
        kernelSize: depthwiseKernelSize,
        strides: stride,
        padding: 'same',
        useBias: hasBias,
        depthwiseInitializer: 'zeros',
        biasInitializer: 'zeros',
      });
      return depthwise.apply(input) as SymbolicTensor;
    },
    deconvolution: (name, input, { filters, initializer }) => {
      note(name, initializer);
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
    relu: (name, input) =>
      layers.activation({ name, activation: 'relu' }).apply(input) as SymbolicTensor,
    relu6: (name, input) =>
      layers.activation({ name, activation: 'relu6' }).apply(input) as SymbolicTensor,
    sigmoid: (name, input) =>
      layers.activation({ name, activation: 'sigmoid' }).apply(input) as SymbolicTensor,
    maxPool: (name, input) => {
      // PyTorch pads with -inf; after a ReLU zero never wins over a pixel, so zeros are the same.
      const pool = layers.maxPooling2d({ name, poolSize: 3, strides: 2, padding: 'valid' });
      return pool.apply(pad(name, input, 1)) as SymbolicTensor;
    },
    upsample: (name, input) =>
      layers.upSampling2d({ name, size: [2, 2] }).apply(input) as SymbolicTensor,
    upsampleBilinear: (name, input) =>
      createHalfPixelUpsampling(tf, name).apply(input) as SymbolicTensor,
    flatten: (name, input) => {
      const [, height, width, channels] = input.shape as [null, number, number, number];
      const planes = layers.permute({ name: `${name}.planes`, dims: [3, 1, 2] }).apply(input);
      const targetShape = [1, channels, height * width];
      return layers.reshape({ name, targetShape }).apply(planes) as SymbolicTensor;
    },
    add: (name, first, second) => layers.add({ name }).apply([first, second]) as SymbolicTensor,
  };
  return { network, initializers };
}
