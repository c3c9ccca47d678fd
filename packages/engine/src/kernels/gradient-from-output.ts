import type { KernelRegistry } from './kernel-registry.ts';
import type { NativeKernelRegistry } from './native-registry.ts';

/** Activations whose gradient is told by their output. */
export type ActivationName = 'Relu' | 'Relu6' | 'Sigmoid' | 'Tanh';

/**
 * Lets TensorFlow's `<name>Grad` differentiate an activation, in one pass over its output, which the next layer keeps anyway.
 *
 * @param order - of the inputs of `<name>Grad`.
 */
export function registerGradientFromOutput(
  registry: NativeKernelRegistry,
  name: ActivationName,
  order: readonly ['dy', 'y'] | readonly ['y', 'dy'],
): void {
  const { operations } = registry;
  const gradientName = `${name}Grad`;
  registry.setKernel(
    gradientName,
    (inputs) =>
      operations.run(
        gradientName,
        { T: operations.float32 },
        order.map((input) => inputs[input]!),
      ),
    { cast: { [gradientName]: { rule: 'follow' } } },
  );
  setGradientFromOutput(registry, name);
}

/** Differentiates an activation by the backend's kernel `<name>Grad` of `dy` and the output `y`. */
export function setGradientFromOutput(registry: KernelRegistry, name: ActivationName): void {
  registry.setGradient(name, {
    outputsToSave: [true],
    gradient: ([dy], [y]) => ({ x: () => registry.run(`${name}Grad`, { dy: dy!, y: y! }) }),
  });
}
