import type { Tensor } from '@tensorflow/tfjs';
import type { KernelRegistry } from './kernel-registry.ts';

interface ActivationLayer {
  activation: { constructor: { prototype: { apply: (x: Tensor) => Tensor } } };
}

/** The layers' relu6 is minimum(6, relu(x)); the kernel does it at once, and has a gradient of its own. */
export function useRelu6InLayers({ tf }: KernelRegistry): void {
  setActivation(tf, 'relu6', (x) => tf.relu6(x));
}

/**
 * The layers' swish multiplies by an alpha of 1 first, a pass over all numbers each way. Where there is a kernel for it,
 * it is one pass each way.
 */
export function useSwishInLayers(registry: KernelRegistry): void {
  const { hasSwish, tf } = registry;
  const composed = (x: Tensor): Tensor => tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
  setActivation(tf, 'swish', hasSwish ? (x) => registry.run('Swish', { x }) : composed);
}

/** Replaces what all layers of an activation do, those that exist already too. */
function setActivation(
  tf: KernelRegistry['tf'],
  activation: 'relu6' | 'swish',
  apply: (x: Tensor) => Tensor,
): void {
  const layer = tf.layers.activation({ activation }) as unknown as ActivationLayer;
  layer.activation.constructor.prototype.apply = apply;
}
