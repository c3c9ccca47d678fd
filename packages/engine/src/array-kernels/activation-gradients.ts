import { setGradientFromOutput } from '../kernels/gradient-from-output.ts';
import type { ActivationName } from '../kernels/gradient-from-output.ts';
import { useRelu6InLayers } from '../kernels/layer-activation.ts';
import { rectify } from './channels.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/** Gradients that are dy or 0, by the bits of dy and of the output. */
const choosing: Readonly<Partial<Record<ActivationName, Choose>>> = {
  Relu: (dy, y, dx) => {
    for (let index = 0; index < dx.length; index += 1) {
      dx[index] = dy[index]! & -Number(y[index]! > 0);
    }
  },
  Relu6: (dy, y, dx) => {
    for (let index = 0; index < dx.length; index += 1) {
      const bits = y[index]!;
      dx[index] = dy[index]! & -(Number(bits > 0) & Number(bits < bitsOfSix));
    }
  },
};

/** Gradients that are computed from dy and the output. */
const computing: Readonly<Partial<Record<ActivationName, Compute>>> = {
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

type Choose = (dy: Int32Array, y: Int32Array, dx: Int32Array) => void;
type Compute = (dy: Float32Array, y: Float32Array, dx: Float32Array) => void;

const [bitsOfSix = 0, bitsOfInfinity = 0] = new Int32Array(Float32Array.of(6, Infinity).buffer);

/** Gradients of activations in one pass over their output, where tfjs composes them of four; and relu6. */
export function registerActivationGradients(registry: ArrayKernelRegistry): void {
  const { heap } = registry;
  for (const name of ['Relu', 'Relu6', 'Sigmoid', 'Tanh'] as const) {
    registry.setKernel(`${name}Grad`, ({ dy, y }) => {
      const dx = heap.allocate(y!.shape);
      choosing[name]?.(heap.bits(dy!), heap.bits(y!), heap.bits(dx));
      computing[name]?.(heap.floats(dy!), heap.floats(y!), heap.floats(dx));
      return dx;
    });
    setGradientFromOutput(registry, name);
  }
  registry.setKernel('Relu6', ({ x }) => {
    const y = heap.allocate(x!.shape);
    const bits = heap.bits(y);
    bits.set(heap.bits(x!));
    rectify(bits);
    limitToSix(bits);
    return y;
  });
  useRelu6InLayers(registry);
}

/** Of numbers of at least 0, by their bits; NaN, which the backend's kernel takes for 0, stays. */
function limitToSix(bits: Int32Array): void {
  for (let index = 0; index < bits.length; index += 1) {
    const value = bits[index]!;
    const isAbove = ((bitsOfSix - value) >> 31) & ~((bitsOfInfinity - value) >> 31);
    bits[index] = (value & ~isAbove) | (bitsOfSix & isAbove);
  }
}
