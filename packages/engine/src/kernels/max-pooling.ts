import type { Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { CastPolicies } from '../precision/cast-policy.ts';
import type { Kernel, KernelAttributes } from './kernel-registry.ts';
import type { NativeKernelRegistry } from './native-registry.ts';
import { oneDnnAttributes } from './onednn-kernels.ts';
import type { Attributes } from './operations.ts';

/**
 * Max pooling by oneDNN, forward and back. TensorFlow's other gradient kernel searches every window
 * again on one thread, which for ResNet's only pooling layer costs as much as ten convolutions.
 */
export function registerMaxPooling(registry: NativeKernelRegistry): void {
  if (!registry.hasOneDnn) return;
  const { operations, tf } = registry;
  const maxPool =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const x = inputs['x']!;
      if (!isSupported(x, attributes)) return stock(inputs, attributes);
      return tf.tidy(() => pool(registry, x, attributes)[0]!);
    };
  const maxPoolGradient =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const { dy, input: x } = inputs;
      if (!isSupported(x!, attributes)) return stock(inputs, attributes);
      return tf.tidy(() => {
        // pooling once more costs less than keeping its workspace from the forward pass
        const [y, workspace] = pool(registry, x!, attributes);
        const all = [x!, y!, dy!, workspace!];
        return operations.run('_MklNativeMaxPoolGrad', poolAttributes(registry, attributes), all);
      });
    };
  const cast: CastPolicies = {
    _MklNativeMaxPool: { rule: 'follow' },
    _MklNativeMaxPoolGrad: { rule: 'follow' },
  };
  registry.wrapKernel('MaxPool', maxPool, { cast });
  registry.wrapKernel('MaxPoolGrad', maxPoolGradient, { cast });
}

/** @returns the pooled values, and where in its window each came from. */
function pool(
  registry: NativeKernelRegistry,
  x: TensorInfo,
  attributes: KernelAttributes,
): readonly Tensor[] {
  const io = { inputs: [x], outputs: 2 };
  return registry.operations.runAll('_MklNativeMaxPool', poolAttributes(registry, attributes), io);
}

function poolAttributes(
  { operations }: NativeKernelRegistry,
  { filterSize, strides, pad }: KernelAttributes,
): Attributes {
  return {
    ...oneDnnAttributes(operations),
    T: operations.float32,
    ksize: operations.int(toNhwc(filterSize as Size)),
    strides: operations.int(toNhwc(strides as Size)),
    padding: operations.string((pad as string).toUpperCase()),
    data_format: operations.string('NHWC'),
    workspace_enabled: operations.bool(true),
  };
}

type Size = number | readonly [number, number];

function toNhwc(size: Size): number[] {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return [1, height, width, 1];
}

/** Padding by number is not supported by TensorFlow here; tfjs refuses it with its own message. */
function isSupported(x: TensorInfo, { pad }: KernelAttributes): boolean {
  return x.dtype === 'float32' && (pad === 'same' || pad === 'valid');
}
