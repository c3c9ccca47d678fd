import type { NativeKernelRegistry } from './native-registry.ts';

/**
 * A cast to the type that a tensor has already shares its memory. tfjs differentiates every clone by
 * such a cast, and its kernel copies: one copy of the activations for each shortcut of a ResNet.
 */
export function registerCast(registry: NativeKernelRegistry): void {
  const identity = registry.getKernel('Identity');
  registry.wrapKernel(
    'Cast',
    (stock) => (inputs, attributes) =>
      inputs['x']!.dtype === attributes['dtype']
        ? identity(inputs, attributes)
        : stock(inputs, attributes),
    { cast: {} },
  );
}
