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
import { registerMaxPoolingGradient } from './max-pooling-gradient.ts';
import { registerResizeGradients } from './resize-gradients.ts';
import { registerSlicing } from './slicing.ts';
import { registerSums } from './sums.ts';
import type { WasmKernelRegistry } from './wasm-registry.ts';
import { createWasmRegistry } from './wasm-registry.ts';

/**
 * Makes the WASM backend, which is made for inference, train: the kernels that it lacks, those that are wrong, and
 * those that are too slow. Nothing in a model or its file changes.
 */
export function registerWasmKernels(tf: typeof tfjs, backend: WasmBackend): WasmKernelRegistry {
  const registry = createWasmRegistry(tf, backend);
  registerActivationGradients(registry);
  registerSums(registry);
  registerSlicing(registry);
  registerMatrixProducts(registry);
  registerConvolutionGradients(registry);
  registerDepthwiseGradients(registry);
  registerMaxPoolingGradient(registry);
  registerResizeGradients(registry);
  registerBatchNormalization(registry);
  patchBatchNormalizationLayer(registry);
  patchConvolution(registry);
  patchLayersExecution(registry);
  patchBackpropagation(registry);
  return registry;
}
