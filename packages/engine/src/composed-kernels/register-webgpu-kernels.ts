import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';
import { setAddGradient } from '../kernels/add-gradient.ts';
import { setGradientFromOutput } from '../kernels/gradient-from-output.ts';
import { createKernelRegistry } from '../kernels/kernel-registry.ts';
import { patchLayers } from '../kernels/patch-layers.ts';
import { useRelu6InLayers } from '../kernels/layer-activation.ts';
import { allButLast, registerBatchNormalization } from './batch-normalization.ts';
import { registerPoolingGradients } from './pooling-gradients.ts';
import { registerResizeGradients } from './resize-gradients.ts';

/**
 * Makes the WebGPU backend, which is made for inference, train: what it lacks or computes wrongly is composed of
 * operations that it has. Nothing in a model or its file changes.
 */
export function registerWebgpuKernels(tf: typeof tfjs): void {
  const registry = createKernelRegistry(tf, { hasNormalizedRelu: true });
  registry.setKernel('BiasAddGrad', ({ dy }) => tf.sum(dy as Tensor, allButLast(dy as Tensor)));
  setAddGradient(registry);
  registry.setKernel('ReluGrad', ({ dy, y }) =>
    tf.tidy(() => tf.where(tf.greater(y as Tensor, 0), dy as Tensor, tf.zerosLike(dy as Tensor))),
  );
  setGradientFromOutput(registry, 'Relu');
  // the backend's kernel takes NaN for a number
  registry.setKernel('Relu6', ({ x }) =>
    tf.tidy(() => {
      const y = tf.relu(x as Tensor);
      return tf.where(tf.greater(y, 6), tf.fill(y.shape, 6), y);
    }),
  );
  useRelu6InLayers(registry);
  registerBatchNormalization(registry);
  registerPoolingGradients(registry);
  registerResizeGradients(registry);
  patchLayers(registry);
}
