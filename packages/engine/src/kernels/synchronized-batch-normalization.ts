import type { Collectives } from '../collectives/collectives.ts';
import type { BatchReduction } from '../composed-kernels/batch-normalization.ts';
import {
  batchNormalizationGradient,
  batchNormalizationKernel,
} from '../composed-kernels/batch-normalization.ts';
import { trainingGradientKernel, trainingKernels } from './batch-normalization-gradients.ts';
import type { NativeKernelRegistry } from './native-registry.ts';

/**
 * Takes the statistics of batch normalisation over the batches of all ranks, which have as many samples each: what a rank
 * computes is what one process computes of the whole batch, but for rounding. Three small operations over the network for each
 * layer and step, one of them on the way back.
 */
export function synchronizeBatchNormalization(
  registry: NativeKernelRegistry,
  { sum, worldSize }: Collectives,
): void {
  const { tf } = registry;
  const reduction: BatchReduction = {
    batches: worldSize,
    mean(values, axes) {
      const samples = values.size / values.shape.at(-1)!;
      return tf.div(sum([tf.sum(values, [...axes])])[0]!, samples * worldSize);
    },
    sum,
  };
  const options = { cast: {} };
  for (const activation of ['linear', 'relu'] as const) {
    const kernel = batchNormalizationKernel(registry, reduction, activation);
    registry.setKernel(trainingKernels[activation], kernel, options);
  }
  const gradient = batchNormalizationGradient(registry, reduction);
  registry.setKernel(trainingGradientKernel, gradient, options);
}
