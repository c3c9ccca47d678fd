import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { KernelAttributes, KernelRegistry } from './kernel-registry.ts';

/** Names of the kernels that normalise with the statistics of the batch. */
export const trainingKernels = {
  linear: 'FusedBatchNormTraining',
  relu: 'FusedBatchNormReluTraining',
} as const;
export const inferenceGradientKernel = 'FusedBatchNormInferenceGrad';
export const trainingGradientKernel = 'FusedBatchNormTrainingGrad';

/**
 * Differentiates batch normalisation over the last axis by the backend's kernels: in training and, with given mean and
 * variance, in inference.
 */
export function setBatchNormalizationGradients(registry: KernelRegistry): void {
  setTrainingGradients(registry);
  setInferenceGradient(registry);
}

function setTrainingGradients(registry: KernelRegistry): void {
  const differentiate = (
    dy: Tensor,
    [x, scale, r1, r2, r3]: readonly Tensor[],
    attributes: KernelAttributes,
  ): Record<string, () => Tensor> => {
    const [dx, dScale, dOffset] = registry.runAll(
      trainingGradientKernel,
      { dy, x: x!, scale: scale!, r1: r1!, r2: r2!, r3: r3! },
      attributes,
    );
    return { x: () => dx!, scale: () => dScale!, offset: () => dOffset! };
  };
  for (const activation of ['linear', 'relu'] as const) {
    const isRectified = activation === 'relu';
    registry.setGradient(trainingKernels[activation], {
      inputsToSave: ['x', 'scale'],
      outputsToSave: [isRectified, false, false, true, true, true],
      gradient: ([dy], [x, scale, ...outputs], attributes) => {
        if (!isRectified) return differentiate(dy!, [x!, scale!, ...outputs], attributes);
        const [y, ...reserves] = outputs;
        const dNormalized = registry.run('ReluGrad', { dy: dy!, y: y! });
        return differentiate(dNormalized, [x!, scale!, ...reserves], attributes);
      },
    });
  }
}

function setInferenceGradient(registry: KernelRegistry): void {
  const { tf } = registry;
  const composed = registry.getGradient('FusedBatchNorm');
  registry.setGradient('FusedBatchNorm', {
    inputsToSave: ['x', 'mean', 'variance', 'scale'],
    gradient: (dys, saved, attributes) => {
      const [x, mean, variance, scale] = saved;
      if (mean!.rank !== 1 || variance!.rank !== 1) {
        return composed.gradient(dys, saved, attributes);
      }
      const [dx, dScale, dOffset] = registry.runAll(
        inferenceGradientKernel,
        {
          dy: dys[0]!,
          x: x!,
          mean: mean!,
          variance: variance!,
          scale: scale ?? tf.ones([mean!.size]),
        },
        attributes,
      );
      // Kept statistics have no gradient; those that were computed from x get the composed one.
      const ofStatistic = (name: 'mean' | 'variance') => (): Tensor =>
        composed.gradient(dys, saved, attributes)[name]!();
      return {
        x: () => dx!,
        scale: () => dScale!,
        offset: () => dOffset!,
        mean: ofStatistic('mean'),
        variance: ofStatistic('variance'),
      };
    },
  });
}

/** The state of a batch normalisation, and how it moves. */
export interface BatchNormState {
  /** [C] each. */
  readonly scale: Tensor;
  readonly offset: Tensor;
  /** Running averages [C] of mean and biased variance. */
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly epsilon: number;
  /** Share of the old average that stays, in [0, 1]. */
  readonly momentum: number;
  /** With `relu`, what is returned is the rectified value; needs oneDNN's kernels. */
  readonly activation: 'linear' | 'relu';
}

/**
 * Normalises with the batch's own statistics.
 *
 * @param x - [N, H, W, C].
 * @returns y [N, H, W, C]; the averages moved towards the batch's mean and biased variance, which are
 * not differentiated.
 */
export function normalizeBatch(
  registry: KernelRegistry,
  x: Tensor4D,
  { scale, offset, mean, variance, epsilon, momentum, activation }: BatchNormState,
): { y: Tensor4D; mean: Tensor; variance: Tensor } {
  const count = x.size / x.shape[3];
  // FusedBatchNormV3 averages the unbiased variance (Bessel's correction), tf.layers the biased one:
  // in units of the unbiased variance both averages are the same.
  const correction = count > 1 ? (count - 1) / count : 1;
  const [y, movedMean, movedVariance] = registry.runAll(
    trainingKernels[activation],
    { x, scale, offset, mean, variance: variance.mul(1 / correction) },
    { varianceEpsilon: epsilon, averageFactor: 1 - momentum },
  );
  return {
    y: y as Tensor4D,
    mean: movedMean!,
    variance: movedVariance!.mul(correction),
  };
}
