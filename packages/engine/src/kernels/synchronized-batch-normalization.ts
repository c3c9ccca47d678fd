import type { Tensor } from '@tensorflow/tfjs';
import type { Collectives } from '../collectives/collectives.ts';
import { trainingGradientKernel, trainingKernels } from './batch-normalization-gradients.ts';
import type { Kernel } from './kernel-registry.ts';
import type { NativeKernelRegistry } from './native-registry.ts';

/**
 * Takes the statistics of batch normalisation over the batches of all ranks, which have as many samples each: what a rank
 * computes is what one process computes of the whole batch, but for rounding. Two small operations over the network for each
 * layer and step, one of them on the way back.
 */
export function synchronizeBatchNormalization(
  registry: NativeKernelRegistry,
  collectives: Collectives,
): void {
  const options = { cast: {} };
  for (const activation of ['linear', 'relu'] as const) {
    const kernel = trainingKernel(registry, collectives, activation);
    registry.setKernel(trainingKernels[activation], kernel, options);
  }
  registry.setKernel(trainingGradientKernel, trainingGradient(registry, collectives), options);
}

/** Inputs and outputs as of the kernel for one process; the reserves are the mean and 1 / the deviation. */
function trainingKernel(
  { tf }: NativeKernelRegistry,
  { sum, worldSize }: Collectives,
  activation: keyof typeof trainingKernels,
): Kernel {
  return (inputs, attributes) =>
    tf.tidy(() => {
      const [x, scale, offset, runningMean, runningVariance] = tensors(
        inputs,
        'x',
        'scale',
        'offset',
        'mean',
        'variance',
      );
      const axes = allButLast(x!);
      const count = x!.size / scale!.size;
      const meanOverRanks = (values: Tensor): Tensor =>
        tf.div(sum([tf.sum(values, axes)])[0]!, count * worldSize);
      const mean = meanOverRanks(x!);
      const centered = tf.sub(x!, mean);
      const variance = meanOverRanks(tf.square(centered));
      const inverse = tf.rsqrt(tf.add(variance, attributes['varianceEpsilon'] as number));
      const normalized = tf.add(tf.mul(centered, tf.mul(scale!, inverse)), offset!);
      const y = activation === 'relu' ? tf.relu(normalized) : normalized;
      const share = attributes['averageFactor'] as number;
      // the caller takes the correction of its own batch back
      const unbiased = count > 1 ? count / (count - 1) : 1;
      const move = (from: Tensor, to: Tensor, factor: number): Tensor =>
        tf.add(tf.mul(from, 1 - share), tf.mul(to, share * factor));
      const movedMean = move(runningMean!, mean, 1);
      const movedVariance = move(runningVariance!, variance, unbiased);
      return [y, movedMean, movedVariance, mean, inverse, tf.zeros([0])];
    });
}

/** Outputs the gradients of x, and those of scale and offset by this rank's own batch. */
function trainingGradient({ tf }: NativeKernelRegistry, { sum, worldSize }: Collectives): Kernel {
  return (inputs) =>
    tf.tidy(() => {
      const [dy, x, scale, mean, inverse] = tensors(inputs, 'dy', 'x', 'scale', 'r1', 'r2');
      const axes = allButLast(x!);
      const normalized = tf.mul(tf.sub(x!, mean!), inverse!);
      const dOffset = tf.sum(dy!, axes);
      const dScale = tf.sum(tf.mul(dy!, normalized), axes);
      const total = (x!.size / mean!.size) * worldSize;
      const [scaleOfAll, offsetOfAll] = sum([dScale, dOffset]);
      const ofStatistics = tf.add(
        tf.mul(normalized, tf.div(scaleOfAll!, total)),
        tf.div(offsetOfAll!, total),
      );
      const dx = tf.mul(tf.sub(dy!, ofStatistics), tf.mul(scale!, inverse!));
      return [dx, dScale, dOffset];
    });
}

/** What tfjs hands to a kernel are tensors. */
function tensors(inputs: Parameters<Kernel>[0], ...names: readonly string[]): Tensor[] {
  return names.map((name) => inputs[name] as Tensor);
}

/** The axes of a tensor that hold no channels. */
function allButLast({ rank }: Tensor): number[] {
  return Array.from({ length: rank - 1 }, (_, axis) => axis);
}
