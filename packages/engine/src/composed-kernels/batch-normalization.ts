import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import {
  inferenceGradientKernel,
  setBatchNormalizationGradients,
  trainingGradientKernel,
  trainingKernels,
} from '../kernels/batch-normalization-gradients.ts';
import type { Kernel, OpenKernelRegistry } from '../kernels/kernel-registry.ts';

/** Batch normalisation over the last axis, composed of operations that the backend has. */
export function registerBatchNormalization(registry: OpenKernelRegistry): void {
  for (const activation of ['linear', 'relu'] as const) {
    registry.setKernel(trainingKernels[activation], trainingKernel(registry, activation));
  }
  registry.setKernel(trainingGradientKernel, trainingGradient(registry));
  registry.setKernel(inferenceGradientKernel, inferenceGradient(registry));
  setBatchNormalizationGradients(registry);
}

/**
 * Inputs x [N, H, W, C], scale, offset, and the running mean and unbiased variance [C]; outputs y, the averages
 * moved by the batch's, the batch's mean, 1 / its deviation, and an empty one that other backends need.
 */
function trainingKernel(
  { tf }: OpenKernelRegistry,
  activation: keyof typeof trainingKernels,
): Kernel {
  return (inputs, attributes) =>
    tf.tidy(() => {
      const [x, scale, offset] = tensors(inputs, 'x', 'scale', 'offset');
      const axes = allButLast(x!);
      const mean = tf.mean(x!, axes);
      const centered = tf.sub(x!, mean);
      const variance = tf.mean(tf.square(centered), axes);
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

/** Outputs the gradients of x, scale and offset. */
function trainingGradient({ tf }: OpenKernelRegistry): Kernel {
  return (inputs) =>
    tf.tidy(() => {
      const [dy, x, scale, mean, inverse] = tensors(inputs, 'dy', 'x', 'scale', 'r1', 'r2');
      const axes = allButLast(x!);
      const normalized = tf.mul(tf.sub(x!, mean!), inverse!);
      const dOffset = tf.sum(dy!, axes);
      const dScale = tf.sum(tf.mul(dy!, normalized), axes);
      const count = x!.size / mean!.size;
      const ofStatistics = tf.add(
        tf.mul(normalized, tf.div(dScale, count)),
        tf.div(dOffset, count),
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
