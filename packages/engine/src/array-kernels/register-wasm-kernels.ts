import type * as tfjs from '@tensorflow/tfjs';
import { patchBackpropagation } from '../kernels/backpropagation.ts';
import { patchBatchNormalizationLayer } from '../kernels/batch-normalization-layer.ts';
import { patchConvolution } from '../kernels/convolution.ts';
import { patchLayersExecution } from '../kernels/layers-execution.ts';
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
import type { ArrayKernelRegistry } from './array-registry.ts';
import { createArrayRegistry } from './array-registry.ts';

/**
 * Makes the WASM backend, which is made for inference, train: the kernels that it lacks, those that are wrong, and
 * those that are too slow. Nothing in a model or its file changes.
 */
export function registerWasmKernels(tf: typeof tfjs, backend: WasmBackend): ArrayKernelRegistry {
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
  patchBatchNormalizationLayer(registry);
  patchConvolution(registry);
  patchLayersExecution(registry);
  patchBackpropagation(registry);
  return registry;
}
