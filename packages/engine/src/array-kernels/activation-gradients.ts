import { setGradientFromOutput } from '../kernels/gradient-from-output.ts';
import type { ActivationName } from '../kernels/gradient-from-output.ts';
import { useRelu6InLayers } from '../kernels/relu6-layer.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/** Fills `dx` from the gradient of an activation's output, and the output. */
type Differentiate = (dy: Float32Array, y: Float32Array, dx: Float32Array) => void;

const gradients: Readonly<Record<ActivationName, Differentiate>> = {
  Relu: (dy, y, dx) => {
    for (let index = 0; index < dx.length; index += 1) dx[index] = y[index]! > 0 ? dy[index]! : 0;
  },
  Relu6: (dy, y, dx) => {
    for (let index = 0; index < dx.length; index += 1) {
      const value = y[index]!;
      dx[index] = value > 0 && value < 6 ? dy[index]! : 0;
    }
  },
  Sigmoid: (dy, y, dx) => {
    for (let index = 0; index < dx.length; index += 1) {
      const value = y[index]!;
      dx[index] = dy[index]! * value * (1 - value);
    }
  },
  Tanh: (dy, y, dx) => {
    for (let index = 0; index < dx.length; index += 1) {
      const value = y[index]!;
      dx[index] = dy[index]! * (1 - value * value);
    }
  },
};

/** Gradients of activations in one pass over their output, where tfjs composes them of four. */
export function registerActivationGradients(registry: ArrayKernelRegistry): void {
  const { heap } = registry;
  for (const [name, differentiate] of Object.entries(gradients) as [
    ActivationName,
    Differentiate,
  ][]) {
    registry.setKernel(`${name}Grad`, ({ dy, y }) => {
      const dx = heap.allocate(y!.shape);
      differentiate(heap.floats(dy!), heap.floats(y!), heap.floats(dx));
      return dx;
    });
    setGradientFromOutput(registry, name);
  }
  useRelu6InLayers(registry);
}
