import { LimberError } from '@limber/files';
import type { Kernel, KernelAttributes } from '../kernels/kernel-registry.ts';
import type { ConvolutionInfo } from './convolution-info.ts';
import { convolutionInfo } from './convolution-info.ts';
import { createFilterGradient } from './filter-gradient.ts';
import { createInputGradient } from './input-gradient.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/**
 * The gradients of a convolution, composed of convolutions, which XNNPACK computes fast. The backend has none for
 * the filter, and one for the input (which is the transposed convolution, too) without XNNPACK.
 */
export function registerConvolutionGradients(registry: ArrayKernelRegistry): void {
  const infoOf = (
    inputShape: readonly number[],
    filterShape: readonly number[],
    attributes: KernelAttributes,
  ): ConvolutionInfo =>
    // gradients of convolutions with dilations are refused by tfjs
    convolutionInfo(
      registry.tf,
      { inputShape, filterShape, isDepthwise: false },
      { ...attributes, dilations: 1 },
    );
  const filterGradient = createFilterGradient(registry);
  const inputGradient = createInputGradient(registry);
  const isChannelsLast = ({ dataFormat }: KernelAttributes): boolean => dataFormat !== 'NCHW';
  registry.setKernel('Conv2DBackpropFilter', ({ x, dy }, attributes) => {
    if (!isChannelsLast(attributes)) {
      const problem = {
        where: 'Convolution',
        what: '',
        expected: 'NHWC on WebAssembly',
        got: 'NCHW',
      };
      throw new LimberError('invalid-argument', problem);
    }
    return filterGradient(
      { x: x!, dy: dy! },
      infoOf(x!.shape, attributes['filterShape'] as number[], attributes),
    );
  });
  const backpropagateInput: Kernel = ({ dy, filter }, attributes) =>
    inputGradient(
      { dy: dy!, filter: filter! },
      infoOf(attributes['inputShape'] as number[], filter!.shape, attributes),
    );
  registry.wrapKernel(
    'Conv2DBackpropInput',
    (stock) => (inputs, attributes) =>
      isChannelsLast(attributes)
        ? backpropagateInput(inputs, attributes)
        : stock(inputs, attributes),
  );
}
