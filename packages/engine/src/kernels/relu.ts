import { registerGradientFromOutput } from './gradient-from-output.ts';
import type { NativeKernelRegistry } from './native-registry.ts';
import { useRelu6InLayers } from './layer-activation.ts';

/** Gradients of ReLU and ReLU6 in one pass instead of five. */
export function registerRelu(registry: NativeKernelRegistry): void {
  for (const name of ['Relu', 'Relu6'] as const) {
    registerGradientFromOutput(registry, name, ['dy', 'y']);
  }
  useRelu6InLayers(registry);
}
