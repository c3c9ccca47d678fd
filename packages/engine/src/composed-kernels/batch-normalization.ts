import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import {
  inferenceGradientKernel,
  setBatchNormalizationGradients,
  trainingGradientKernel,
  trainingKernels,
} from '../kernels/batch-normalization-gradients.ts';
import type { Kernel, OpenKernelRegistry } from '../kernels/kernel-registry.ts';

/** How statistics are taken of a batch, which may be one of several that count as one. */
export interface BatchReduction {
  /** How many batches there are, with as many samples each. */
  readonly batches: number;
  /** The mean over all samples of all batches. */
  readonly mean: (values: Tensor, axes: readonly number[]) => Tensor;
  /** Adds up over the batches. */
  readonly sum: (values: readonly Tensor[]) => readonly Tensor[];
}

/** Batch normalisation over the last axis, composed of operations that the backend has. */
export function registerBatchNormalization(registry: OpenKernelRegistry): void {
  const reduction: BatchReduction = {
    batches: 1,
    mean: (values, axes) => registry.tf.mean(values, [...axes]),
    sum: (values) => values,
  };
  for (const activation of ['linear', 'relu'] as const) {
    const kernel = batchNormalizationKernel(registry, reduction, activation);
    registry.setKernel(trainingKernels[activation], kernel);
  }
  const gradient = batchNormalizationGradient(registry, reduction);
  registry.setKernel(trainingGradientKernel, gradient);
  registry.setKernel(inferenceGradientKernel, inferenceGradient(registry));
  setBatchNormalizationGradients(registry);
}

/**
 * Inputs x [N, H, W, C], scale, offset, and the running mean and unbiased variance [C]; outputs y, the averages
 * moved by the batch's, the batch's mean, 1 / its deviation, and an empty one that other backends need. The variance is
 * unbiased by the samples of this batch alone, whose correction the caller takes back.
 */
export function batchNormalizationKernel(
  { tf }: Pick<OpenKernelRegistry, 'tf'>,
  { mean: meanOf }: BatchReduction,
  activation: keyof typeof trainingKernels,
): Kernel {
  return (inputs, attributes) =>
    tf.tidy(() => {
      const [x, scale, offset] = tensors(inputs, 'x', 'scale', 'offset');
      const axes = allButLast(x!);
      const mean = meanOf(x!, axes);
      const centered = tf.sub(x!, mean);
      const variance = meanOf(tf.square(centered), axes);
      const inverse = tf.rsqrt(tf.add(variance, attributes['varianceEpsilon'] as number));
      const normalized = tf.add(tf.mul(centered, tf.mul(scale!, inverse)), offset!);
      const y = activation === 'relu' ? tf.relu(normalized) : normalized;
      const share = attributes['averageFactor'] as number;
      const count = x!.size / mean.size;
      const unbiased = count > 1 ? count / (count - 1) : 1;
      const move = (from: Tensor, to: Tensor, factor: number): Tensor =>
        tf.add(tf.mul(from, 1 - share), tf.mul(to, share * factor));
      const [runningMean, runningVariance] = tensors(inputs, 'mean', 'variance');
      const movedMean = move(runningMean!, mean, 1);
      const movedVariance = move(runningVariance!, variance, unbiased);
      return [y, movedMean, movedVariance, mean, inverse, tf.zeros([0])];
    });
}

/** Outputs the gradients of x, and those of scale and offset by this batch. */
export function batchNormalizationGradient(
  { tf }: Pick<OpenKernelRegistry, 'tf'>,
  { batches, sum }: BatchReduction,
): Kernel {
  return (inputs) =>
    tf.tidy(() => {
      const [dy, x, scale, mean, inverse] = tensors(inputs, 'dy', 'x', 'scale', 'r1', 'r2');
      const axes = allButLast(x!);
      const normalized = tf.mul(tf.sub(x!, mean!), inverse!);
      const dOffset = tf.sum(dy!, axes);
      const dScale = tf.sum(tf.mul(dy!, normalized), axes);
      const count = (x!.size / mean!.size) * batches;
      const [ofScale, ofOffset] = sum([dScale, dOffset]);
      const ofStatistics = tf.add(
        tf.mul(normalized, tf.div(ofScale!, count)),
        tf.div(ofOffset!, count),
      );
      const dx = tf.mul(tf.sub(dy!, ofStatistics), tf.mul(scale!, inverse!));
      return [dx, dScale, dOffset];
    });
}

/** Outputs the gradients of x, scale and offset, for statistics that do not depend on x. */
function inferenceGradient({ tf }: OpenKernelRegistry): Kernel {
  return (inputs, attributes) =>
    tf.tidy(() => {
      const [dy, x, scale] = tensors(inputs, 'dy', 'x', 'scale');
      const [mean, variance] = tensors(inputs, 'mean', 'variance');
      const axes = allButLast(x!);
      const inverse = tf.rsqrt(tf.add(variance!, attributes['varianceEpsilon'] as number));
      const dx = tf.mul(dy!, tf.mul(scale!, inverse));
      const dScale = tf.mul(tf.sum(tf.mul(dy!, tf.sub(x!, mean!)), axes), inverse);
      return [dx, dScale as Tensor1D, tf.sum(dy!, axes)];
    });
}

/** What tfjs hands to a kernel are tensors. */
function tensors(inputs: Parameters<Kernel>[0], ...names: readonly string[]): Tensor[] {
  return names.map((name) => inputs[name] as Tensor);
}

/** The axes of a tensor that hold no channels. */
export function allButLast({ rank }: Tensor): number[] {
  return Array.from({ length: rank - 1 }, (_, axis) => axis);
}
