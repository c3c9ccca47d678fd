import type * as tfjs from '@tensorflow/tfjs';
import type { NativeBackend } from '../loading/native-backend.ts';
import { registerAdd } from './add.ts';
import { registerBatchNormalization } from './batch-normalization.ts';
import { registerCast } from './cast.ts';
import { registerMaxPooling } from './max-pooling.ts';
import type { NativeKernelRegistry } from './native-registry.ts';
import { createNativeRegistry } from './native-registry.ts';
import { registerPointwiseConvolution } from './pointwise-convolution.ts';
import { registerRelu } from './relu.ts';
import { registerResizeBilinearGradient } from './resize-bilinear-gradient.ts';
import { registerResizeNearestGradient } from './resize-nearest-gradient.ts';
import { registerSingleChannelConvolution } from './single-channel-convolution.ts';
import { registerSmallFilterGradient } from './small-filter-gradient.ts';
import { registerSigmoid } from './sigmoid.ts';
import { registerSwish } from './swish.ts';
import { registerStridedInputGradient } from './strided-input-gradient.ts';
import { patchLayers } from './patch-layers.ts';

/**
 * Makes ordinary tf.layers models faster on the native backend: TensorFlow's fused kernels and
 * gradients take the place of those that tfjs composes. Nothing in a model or its file changes.
 */
export function registerKernels(tf: typeof tfjs, backend: NativeBackend): NativeKernelRegistry {
  const registry = createNativeRegistry(tf, backend);
  registerRelu(registry);
  registerSigmoid(registry);
  registerSwish(registry);
  registerCast(registry);
  registerAdd(registry);
  registerMaxPooling(registry);
  registerResizeBilinearGradient(registry);
  registerResizeNearestGradient(registry);
  registerSmallFilterGradient(registry, backend);
  registerSingleChannelConvolution(registry);
  registerStridedInputGradient(registry);
  registerPointwiseConvolution(registry, backend);
  registerBatchNormalization(registry);
  patchLayers(registry);
  return registry;
}
