import type * as tfjs from '@tensorflow/tfjs';
import { patchBackpropagation } from '../kernels/backpropagation.ts';
import { patchBatchNormalizationLayer } from '../kernels/batch-normalization-layer.ts';
import { patchConvolution } from '../kernels/convolution.ts';
import { patchLayersExecution } from '../kernels/layers-execution.ts';
import { registerActivationGradients } from './activation-gradients.ts';
import { createArrayRegistry } from './array-registry.ts';
import { registerBatchNormalization } from './batch-normalization.ts';
import { openJavascriptHeap } from './heap.ts';
import { registerPoolingGradients } from './pooling-gradients.ts';
import { registerResizeGradients } from './resize-gradients.ts';
import { registerSums } from './sums.ts';

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
  patchBatchNormalizationLayer(registry);
  patchConvolution(registry);
  patchLayersExecution(registry);
  patchBackpropagation(registry);
}
