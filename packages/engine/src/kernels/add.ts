import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import { isBias, setAddGradient } from './add-gradient.ts';
import type { Kernel } from './kernel-registry.ts';
import type { NativeKernelRegistry } from './native-registry.ts';

/**
 * Addition: a bias per channel is added by BiasAdd and differentiated by BiasAddGrad, and the
 * gradient of a sum keeps neither of its inputs alive.
 */
export function registerAdd(registry: NativeKernelRegistry): void {
  const { operations } = registry;
  const addWithBias =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const a = inputs['a']!;
      const b = inputs['b']!;
      if (isBias(b, a)) return biasAdd(registry, a, b);
      if (isBias(a, b)) return biasAdd(registry, b, a);
      return stock(inputs, attributes);
    };
  registry.wrapKernel('Add', addWithBias, { cast: { BiasAdd: { rule: 'follow' } } });
  const attributes = { T: operations.float32, data_format: operations.string('NHWC') };
  registry.setKernel('BiasAddGrad', ({ dy }) => operations.run('BiasAddGrad', attributes, [dy!]), {
    cast: { BiasAddGrad: { rule: 'float32' } },
  });
  setAddGradient(registry);
}

function biasAdd(registry: NativeKernelRegistry, x: TensorInfo, bias: TensorInfo): TensorInfo {
  const { operations, tf } = registry;
  const attributes = { T: operations.float32, data_format: operations.string('NHWC') };
  if (bias.shape.length === 1) return operations.run('BiasAdd', attributes, [x, bias]);
  return tf.tidy(() => {
    const vector = tf.reshape(bias as Tensor, [-1]);
    return operations.run('BiasAdd', attributes, [x, vector]);
  });
}
