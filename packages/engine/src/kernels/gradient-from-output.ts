import type { KernelRegistry } from './kernel-registry.ts';

/**
 * Lets TensorFlow's `<name>Grad` differentiate an activation, in one pass over its output, which the next layer keeps anyway.
 *
 * @param order - of the inputs of `<name>Grad`.
 */
export function registerGradientFromOutput(
  registry: KernelRegistry,
  name: 'Relu' | 'Relu6' | 'Sigmoid' | 'Tanh',
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
  registry.setGradient(name, {
    outputsToSave: [true],
    gradient: ([dy], [y]) => ({ x: () => registry.run(gradientName, { dy: dy!, y: y! }) }),
  });
}
