import type * as tfjs from '@tensorflow/tfjs';
import type { KernelAttributes } from '../kernels/kernel-registry.ts';

/** Where a filter of a convolution lies on its input. */
export type ConvolutionInfo = ReturnType<typeof tfjs.backend_util.computeConv2DInfo>;

/** The shapes of a convolution and its attributes, as tfjs understands them. */
export function convolutionInfo(
  { backend_util: { computeConv2DInfo } }: Pick<typeof tfjs, 'backend_util'>,
  {
    inputShape,
    filterShape,
    isDepthwise,
  }: {
    readonly inputShape: readonly number[];
    readonly filterShape: readonly number[];
    readonly isDepthwise: boolean;
  },
  { strides, dilations, pad, dimRoundingMode }: KernelAttributes,
): ConvolutionInfo {
  return computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides as number,
    (dilations ?? 1) as number,
    pad as 'same',
    dimRoundingMode as 'floor',
    isDepthwise,
  );
}
