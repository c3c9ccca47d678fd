import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { Kernel, KernelRegistry } from './kernel-registry.ts';

/**
 * Addition: a bias per channel is added by BiasAdd and differentiated by BiasAddGrad, and the
 * gradient of a sum keeps neither of its inputs alive.
 */
export function registerAdd(registry: KernelRegistry): void {
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
  // The gradient is dy for both; `reduceToShape` sums it where an input was broadcast.
  registry.setGradient('Add', {
    gradient: ([dy]) => ({ a: () => dy!.clone(), b: () => dy!.clone() }),
  });
}

/**
 * Sums a gradient over the axes along which an input of this shape was broadcast.
 *
 * @param dy - gradient of the output; `shape` broadcasts to its shape.
 */
export function reduceToShape(
  registry: KernelRegistry,
  dy: Tensor,
  shape: readonly number[],
): Tensor {
  if (isBias({ shape: [...shape], dtype: 'float32' }, dy)) {
    return registry.run('BiasAddGrad', { dy }).reshape([...shape]);
  }
  const missing = dy.rank - shape.length;
  const axes = dy.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  return dy.sum(axes).reshape([...shape]);
}

/** Whether a value per channel ([C] or [1, …, 1, C]) is added to something with more than channels. */
function isBias(
  bias: Pick<TensorInfo, 'shape' | 'dtype'>,
  x: Pick<TensorInfo, 'shape' | 'dtype'>,
): boolean {
  const channels = x.shape.at(-1);
  const isOnePerChannel =
    channels !== undefined &&
    bias.shape.at(-1) === channels &&
    bias.shape.slice(0, -1).every((size) => size === 1);
  return (
    isOnePerChannel &&
    x.shape.length > 1 &&
    bias.shape.length <= x.shape.length &&
    x.shape.slice(0, -1).some((size) => size > 1) &&
    bias.dtype === 'float32' &&
    x.dtype === 'float32'
  );
}

function biasAdd(registry: KernelRegistry, x: TensorInfo, bias: TensorInfo): TensorInfo {
  const { operations, tf } = registry;
  const attributes = { T: operations.float32, data_format: operations.string('NHWC') };
  if (bias.shape.length === 1) return operations.run('BiasAdd', attributes, [x, bias]);
  return tf.tidy(() => {
    const vector = tf.reshape(bias as Tensor, [-1]);
    return operations.run('BiasAdd', attributes, [x, vector]);
  });
}
