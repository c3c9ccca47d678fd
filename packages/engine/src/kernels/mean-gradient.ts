import type { Tensor } from '@tensorflow/tfjs';
import type { KernelAttributes, KernelRegistry } from './kernel-registry.ts';

/**
 * Differentiates sums and means by copying their gradient along the axes that were summed. tfjs multiplies it by ones,
 * an array of JavaScript's as large as the input, and divides that: of heatmaps, some megabytes of garbage a step.
 */
export function setMeanGradient(registry: KernelRegistry): void {
  const { tf } = registry;
  const axesOf = ({ shape }: Tensor, { axis = null }: KernelAttributes): number[] =>
    tf.util.parseAxisParam(axis as number[], shape);
  const spread = (dy: Tensor, { shape }: Tensor, axes: readonly number[]): Tensor => {
    const kept = shape.map((side, place) => (axes.includes(place) ? 1 : side));
    return tf.broadcastTo(dy.reshape(kept), shape);
  };
  registry.setGradient('Sum', {
    inputsToSave: ['x'],
    gradient: ([dy], [x], attributes) => ({ x: () => spread(dy!, x!, axesOf(x!, attributes)) }),
  });
  registry.setGradient('Mean', {
    inputsToSave: ['x'],
    gradient: ([dy], [x], attributes) => ({
      x: () => {
        const axes = axesOf(x!, attributes);
        const count = axes.reduce((product, axis) => product * x!.shape[axis]!, 1);
        return spread(dy!.div(count), x!, axes);
      },
    }),
  });
}
