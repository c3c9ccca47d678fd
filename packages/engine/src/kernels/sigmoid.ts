import type { KernelRegistry } from './kernel-registry.ts';

/**
 * Gradients of sigmoid and tanh in one pass over their output, instead of four. SiLU (`swish` of
 * tf.layers), x * sigmoid(x), is differentiated through them.
 */
export function registerSigmoid(registry: KernelRegistry): void {
  const { operations } = registry;
  for (const name of ['Sigmoid', 'Tanh'] as const) {
    const gradientName = `${name}Grad`;
    registry.setKernel(gradientName, ({ dy, y }) =>
      operations.runOne(gradientName, { T: operations.float32 }, [y!, dy!]),
    );
    registry.setGradient(name, {
      outputsToSave: [true],
      gradient: ([dy], [y]) => ({ x: () => registry.run(gradientName, { dy: dy!, y: y! }) }),
    });
  }
}
