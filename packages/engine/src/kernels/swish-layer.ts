import type { Tensor } from '@tensorflow/tfjs';
import type { KernelRegistry } from './kernel-registry.ts';

interface SwishLayer {
  activation: { constructor: { prototype: { apply: (x: Tensor) => Tensor } } };
}

/** The layers' swish multiplies by an alpha of 1 first, a pass over all numbers each way. */
export function useSwishInLayers({ tf }: KernelRegistry): void {
  const layer = tf.layers.activation({ activation: 'swish' }) as unknown as SwishLayer;
  layer.activation.constructor.prototype.apply = (x) => tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
}
