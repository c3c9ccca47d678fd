import type { Size } from '@limber/keypoints';
import type { Network, WindowOptions } from './network.ts';
import { deconvolutionKernelSize, sideAfter } from './network.ts';

/** The shape of a map between two blocks, for one image. */
export interface MapShape extends Size {
  readonly channels: number;
}

/** What one layer holds and does, per image. */
export interface LayerCost {
  readonly name: string;
  /** The block of {@link Network} that it is. */
  readonly type: keyof Network<unknown>;
  readonly output: MapShape;
  /** Numbers that training changes; running means and variances are not among them. */
  readonly parameters: number;
  /** Multiplications with an addition, in convolutions, deconvolutions and attention. */
  readonly multiplyAdds: number;
}

/** A network that computes nothing and counts everything, layer by layer. No tensor library is needed. */
export function createCostNetwork(): { network: Network<MapShape>; layers: readonly LayerCost[] } {
  const layers: LayerCost[] = [];
  const count = (
    name: string,
    type: keyof Network<unknown>,
    {
      output,
      parameters = 0,
      multiplyAdds = 0,
    }: { output: MapShape; parameters?: number; multiplyAdds?: number },
  ): MapShape => {
    layers.push({ name, type, output, parameters, multiplyAdds });
    return output;
  };
  /** A layer without weights that leaves the shape as it is. */
  const same =
    (type: keyof Network<unknown>) =>
    (name: string, output: MapShape): MapShape =>
      count(name, type, { output });
  const network: Network<MapShape> = {
    convolution: (name, input, options) => {
      const { filters, kernelSize, hasBias = false } = options;
      const output = { ...sizeAfter(input, options), channels: filters };
      const weights = kernelSize ** 2 * input.channels * filters;
      const parameters = weights + (hasBias ? filters : 0);
      const multiplyAdds = weights * pixelsOf(output);
      return count(name, 'convolution', { output, parameters, multiplyAdds });
    },
    depthwise: (name, input, options) => {
      const { channels } = input;
      const output = { ...sizeAfter(input, options), channels };
      const weights = options.kernelSize ** 2 * channels;
      const parameters = weights + (options.hasBias === true ? channels : 0);
      const multiplyAdds = weights * pixelsOf(output);
      return count(name, 'depthwise', { output, parameters, multiplyAdds });
    },
    deconvolution: (name, input, { filters }) => {
      const parameters = deconvolutionKernelSize ** 2 * input.channels * filters;
      const output = { height: input.height * 2, width: input.width * 2, channels: filters };
      const multiplyAdds = parameters * pixelsOf(input);
      return count(name, 'deconvolution', { output, parameters, multiplyAdds });
    },
    batchNorm: (name, output) =>
      count(name, 'batchNorm', { output, parameters: 2 * output.channels }),
    layerNorm: (name, output) =>
      count(name, 'layerNorm', { output, parameters: 2 * output.channels }),
    scaleNorm: (name, output) => count(name, 'scaleNorm', { output, parameters: 1 }),
    scale: (name, output) => count(name, 'scale', { output, parameters: output.channels }),
    relu: same('relu'),
    relu6: same('relu6'),
    sigmoid: same('sigmoid'),
    hardSigmoid: same('hardSigmoid'),
    silu: same('silu'),
    gelu: same('gelu'),
    maxPool: (name, input, { kernelSize, stride }) =>
      count(name, 'maxPool', { output: { ...input, ...sizeAfter(input, { kernelSize, stride }) } }),
    meanPool: (name, { channels }) =>
      count(name, 'meanPool', { output: { height: 1, width: 1, channels } }),
    upsample: (name, input, { factor }) =>
      count(name, 'upsample', { output: enlarge(input, factor) }),
    upsampleBilinear: (name, input) =>
      count(name, 'upsampleBilinear', { output: enlarge(input, 2) }),
    add: same('add'),
    multiply: same('multiply'),
    concat: (name, inputs) => {
      const channels = inputs.reduce((sum, input) => sum + input.channels, 0);
      return count(name, 'concat', { output: { ...inputs[0]!, channels } });
    },
    positions: (name, output) =>
      count(name, 'positions', { output, parameters: pixelsOf(output) * output.channels }),
    attention: (name, input) => {
      const output = { ...input, channels: input.channels / 3 };
      // queries times keys, and that times the values
      const multiplyAdds = 2 * pixelsOf(input) ** 2 * output.channels;
      return count(name, 'attention', { output, multiplyAdds });
    },
    gatedAttention: (name, input, { keyWidth }) => {
      const output = { ...input, channels: (input.channels - keyWidth) / 2 };
      const multiplyAdds = pixelsOf(input) ** 2 * (keyWidth + output.channels);
      return count(name, 'gatedAttention', { output, parameters: 4 * keyWidth, multiplyAdds });
    },
    dropPath: same('dropPath'),
    flatten: (name, input) =>
      count(name, 'flatten', {
        output: { height: 1, width: input.channels, channels: pixelsOf(input) },
      }),
  };
  return { network, layers };
}

function pixelsOf({ height, width }: Size): number {
  return height * width;
}

function sizeAfter({ height, width }: Size, options: WindowOptions): Size {
  return { height: sideAfter(height, options), width: sideAfter(width, options) };
}

function enlarge({ height, width, channels }: MapShape, factor: number): MapShape {
  return { height: height * factor, width: width * factor, channels };
}
