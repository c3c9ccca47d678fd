import { registerGradientFromOutput } from './gradient-from-output.ts';
import type { NativeKernelRegistry } from './native-registry.ts';

/**
 * Gradients of sigmoid and tanh in one pass instead of four.
 */
export function registerSigmoid(registry: NativeKernelRegistry): void {
  for (const name of ['Sigmoid', 'Tanh'] as const) {
    registerGradientFromOutput(registry, name, ['y', 'dy']);
  }
}
