import type { KernelRegistry } from './kernel-registry.ts';

interface Relu6Layer {
  activation: { constructor: { prototype: { apply: (x: never) => unknown } } };
}

/** The layers' relu6 is minimum(6, relu(x)); the kernel does it at once, and has a gradient of its own. */
export function useRelu6InLayers({ tf }: KernelRegistry): void {
  const layer = tf.layers.activation({ activation: 'relu6' }) as unknown as Relu6Layer;
  layer.activation.constructor.prototype.apply = (x) => tf.relu6(x);
}
