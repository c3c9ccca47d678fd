import type { NativeKernelRegistry } from './native-registry.ts';

/**
 * SiLU, x * sigmoid(x), which tf.layers calls swish, in one pass each way instead of two and four. What is kept for the
 * way back is x alone. In bfloat16 the result is rounded once.
 */
export function registerSwish(registry: NativeKernelRegistry): void {
  if (!registry.hasOwnOperations) return;
  const { operations } = registry;
  const type = { T: operations.float32 };
  registry.setKernel('Swish', ({ x }) => operations.run('LimberSwish', type, [x!]), {
    cast: { LimberSwish: { rule: 'follow' } },
  });
  registry.setKernel(
    'SwishGrad',
    ({ dy, x }) => operations.run('LimberSwishGrad', type, [dy!, x!]),
    { cast: { LimberSwishGrad: { rule: 'follow' } } },
  );
  registry.setGradient('Swish', {
    inputsToSave: ['x'],
    gradient: ([dy], [x]) => ({ x: () => registry.run('SwishGrad', { dy: dy!, x: x! }) }),
  });
}
