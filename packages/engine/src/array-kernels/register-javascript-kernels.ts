import type * as tfjs from '@tensorflow/tfjs';
import { registerActivationGradients } from './activation-gradients.ts';
import { createArrayRegistry } from './array-registry.ts';
import { registerBatchNormalization } from './batch-normalization.ts';
import { openJavascriptHeap } from './heap.ts';
import { registerPoolingGradients } from './pooling-gradients.ts';
import { registerResizeGradients } from './resize-gradients.ts';
import { registerSums } from './sums.ts';
import { patchLayers } from '../kernels/patch-layers.ts';

/**
 * Makes the JavaScript backend right: its gradient of nearest resizing is wrong from the second image of a batch on,
 * and that of average pooling at the borders.
 */
export function registerJavascriptKernels(tf: typeof tfjs): void {
  const registry = createArrayRegistry(tf, openJavascriptHeap(tf.backend()));
  registerActivationGradients(registry);
  registerSums(registry);
  registerPoolingGradients(registry);
  registerResizeGradients(registry);
  registerBatchNormalization(registry);
  patchLayers(registry);
}
