import { patchBackpropagation } from './backpropagation.ts';
import { patchBatchNormalizationLayer } from './batch-normalization-layer.ts';
import { patchConvolution } from './convolution.ts';
import { patchLayersExecution } from './layers-execution.ts';
import type { KernelRegistry } from './kernel-registry.ts';
import { setMeanGradient } from './mean-gradient.ts';
import { useSwishInLayers } from './layer-activation.ts';

/** Lets ordinary tf.layers models run on the kernels of a registry, whichever the engine; called when all of them are in it. */
export function patchLayers(registry: KernelRegistry): void {
  patchBatchNormalizationLayer(registry);
  patchConvolution(registry);
  patchLayersExecution(registry);
  patchBackpropagation(registry);
  setMeanGradient(registry);
  useSwishInLayers(registry);
}
