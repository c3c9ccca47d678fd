import type { NativeKernelRegistry } from './native-registry.ts';

/**
 * Differentiates a convolution of one channel by one filter as a depthwise one, which it is as well: oneDNN's gradient
 * of its input, in TensorFlow 2.21, is wrong.
 */
export function registerSingleChannelConvolution(registry: NativeKernelRegistry): void {
  const depthwise = registry.getKernel('DepthwiseConv2dNativeBackpropInput');
  registry.wrapKernel(
    'Conv2DBackpropInput',
    (stock) => (inputs, attributes) => {
      const [, , channels, filters] = inputs['filter']!.shape;
      const isSingle = channels === 1 && filters === 1 && attributes['dataFormat'] !== 'NCHW';
      if (!isSingle) return stock(inputs, attributes);
      return depthwise(inputs, { ...attributes, dilations: [1, 1] });
    },
    { cast: {} },
  );
}
