import type * as tfjs from '@tensorflow/tfjs';
import type { WasmBackend } from '../loading/wasm-backend.ts';
import { registerActivationGradients } from './activation-gradients.ts';
import { registerBatchNormalization } from './batch-normalization.ts';
import { registerConvolutionGradients } from './convolution-gradients.ts';
import { registerDepthwiseGradients } from './depthwise-gradients.ts';
import { registerMatrixProducts } from './matrix-product.ts';
import { openWasmHeap } from './heap.ts';
import { registerPadding } from './padding.ts';
import { registerPoolingGradients } from './pooling-gradients.ts';
import { registerResizeGradients } from './resize-gradients.ts';
import { registerSlicing } from './slicing.ts';
import { registerSums } from './sums.ts';
import { createArrayRegistry } from './array-registry.ts';
import { patchLayers } from '../kernels/patch-layers.ts';

/**
 * Makes the WASM backend, which is made for inference, train: the kernels that it lacks, those that are wrong, and
 * those that are too slow. Nothing in a model or its file changes.
 */
export function registerWasmKernels(tf: typeof tfjs, backend: WasmBackend): void {
  const registry = createArrayRegistry(tf, openWasmHeap(backend));
  registerActivationGradients(registry);
  registerSums(registry);
  registerSlicing(registry);
  registerPadding(registry);
  registerMatrixProducts(registry);
  registerConvolutionGradients(registry);
  registerDepthwiseGradients(registry);
  registerPoolingGradients(registry);
  registerResizeGradients(registry);
  registerBatchNormalization(registry);
  patchLayers(registry);
}
