import type { Kernel, KernelAttributes } from '../kernels/kernel-registry.ts';
import type * as tfjs from '@tensorflow/tfjs';
import { createFilterGradient } from './filter-gradient.ts';
import { createInputGradient } from './input-gradient.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/** Where a filter of a convolution lies on its input. */
export type ConvolutionInfo = ReturnType<typeof tfjs.backend_util.computeConv2DInfo>;

/**
 * The gradients of a convolution, composed of convolutions, which XNNPACK computes fast. The backend has none for
 * the filter, and one for the input (which is the transposed convolution, too) without XNNPACK.
 */
export function registerConvolutionGradients(registry: ArrayKernelRegistry): void {
  const infoOf = (
    [inputShape, filterShape]: readonly [readonly number[], readonly number[]],
    { strides, pad, dimRoundingMode }: KernelAttributes,
  ): ConvolutionInfo =>
    registry.tf.backend_util.computeConv2DInfo(
      inputShape as [number, number, number, number],
      filterShape as [number, number, number, number],
      strides as number,
      1,
      pad as 'same',
      dimRoundingMode as 'floor',
    );
  const filterGradient = createFilterGradient(registry);
  const inputGradient = createInputGradient(registry);
  const isChannelsLast = ({ dataFormat }: KernelAttributes): boolean => dataFormat !== 'NCHW';
  registry.setKernel('Conv2DBackpropFilter', ({ x, dy }, attributes) => {
    if (!isChannelsLast(attributes)) throw new Error('Conv2DBackpropFilter: NCHW.');
    return filterGradient(
      { x: x!, dy: dy! },
      infoOf([x!.shape, attributes['filterShape'] as number[]], attributes),
    );
  });
  const backpropagateInput: Kernel = ({ dy, filter }, attributes) =>
    inputGradient(
      { dy: dy!, filter: filter! },
      infoOf([attributes['inputShape'] as number[], filter!.shape], attributes),
    );
  registry.wrapKernel(
    'Conv2DBackpropInput',
    (stock) => (inputs, attributes) =>
      isChannelsLast(attributes)
        ? backpropagateInput(inputs, attributes)
        : stock(inputs, attributes),
  );
}
