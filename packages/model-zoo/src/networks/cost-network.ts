import type { Size } from '@limber/keypoints';
import type { Network } from './network.ts';
import { deconvolutionKernelSize, depthwiseKernelSize } from './network.ts';

/** The shape of a map between two blocks, for one image. */
export interface MapShape extends Size {
  readonly channels: number;
}

/** What a network holds and does, per image. */
export interface NetworkCost {
  /** Numbers that training changes; running means and variances are not among them. */
  parameters: number;
  /** Multiplications with an addition, in convolutions and deconvolutions. */
  multiplyAdds: number;
}

/** A network that computes nothing and counts everything. No tensor library is needed. */
export function createCostNetwork(): { network: Network<MapShape>; cost: NetworkCost } {
  const cost: NetworkCost = { parameters: 0, multiplyAdds: 0 };
  const network: Network<MapShape> = {
    convolution: (_, input, { filters, kernelSize, stride = 1, hasBias = false }) => {
      const output = {
        height: Math.ceil(input.height / stride),
        width: Math.ceil(input.width / stride),
        channels: filters,
      };
      const weights = kernelSize ** 2 * input.channels * filters;
      cost.parameters += weights + (hasBias ? filters : 0);
      cost.multiplyAdds += weights * output.height * output.width;
      return output;
    },
    depthwise: (_, input, { stride = 1, hasBias = false }) => {
      const output = {
        height: Math.ceil(input.height / stride),
        width: Math.ceil(input.width / stride),
        channels: input.channels,
      };
      const weights = depthwiseKernelSize ** 2 * input.channels;
      cost.parameters += weights + (hasBias ? input.channels : 0);
      cost.multiplyAdds += weights * output.height * output.width;
      return output;
    },
    deconvolution: (_, input, { filters }) => {
      const weights = deconvolutionKernelSize ** 2 * input.channels * filters;
      cost.parameters += weights;
      cost.multiplyAdds += weights * input.height * input.width;
      return { height: input.height * 2, width: input.width * 2, channels: filters };
    },
    batchNorm: (_, input) => {
      cost.parameters += 2 * input.channels;
      return input;
    },
    relu: (_, input) => input,
    relu6: (_, input) => input,
    sigmoid: (_, input) => input,
    maxPool: (_, input) => ({
      ...input,
      height: Math.ceil(input.height / 2),
      width: Math.ceil(input.width / 2),
    }),
    upsample: (_, input) => ({ ...input, height: input.height * 2, width: input.width * 2 }),
    upsampleBilinear: (_, input) => ({
      ...input,
      height: input.height * 2,
      width: input.width * 2,
    }),
    flatten: (_, { height, width, channels }) => ({
      height: 1,
      width: channels,
      channels: height * width,
    }),
    add: (_, first) => first,
  };
  return { network, cost };
}
