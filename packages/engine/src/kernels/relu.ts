import { registerGradientFromOutput } from './gradient-from-output.ts';
import type { KernelRegistry } from './kernel-registry.ts';

/** Gradients of ReLU and ReLU6 in one pass instead of five. */
export function registerRelu(registry: KernelRegistry): void {
  for (const name of ['Relu', 'Relu6'] as const) {
    registerGradientFromOutput(registry, name, ['dy', 'y']);
  }
  useFusedRelu6InLayers(registry);
}

interface Relu6Layer {
  activation: { constructor: { prototype: { apply: (x: never) => unknown } } };
}

/** The layers' relu6 is minimum(6, relu(x)); the kernel does it at once, and has a gradient above. */
function useFusedRelu6InLayers({ tf }: KernelRegistry): void {
  const layer = tf.layers.activation({ activation: 'relu6' }) as unknown as Relu6Layer;
  layer.activation.constructor.prototype.apply = (x) => tf.relu6(x);
}
