import type { TensorInfo } from '@tensorflow/tfjs';
import {
  inferenceGradientKernel,
  setBatchNormalizationGradients,
  trainingGradientKernel,
  trainingKernels,
} from '../kernels/batch-normalization-gradients.ts';
import type { Kernel } from '../kernels/kernel-registry.ts';
import { blocksOf, rectify, scaleChannels, sumChannels, sumGradients } from './channels.ts';
import type { ArrayKernelRegistry } from './array-registry.ts';

/**
 * Batch normalisation over the last axis, in two passes forward and two back; its statistics are summed in
 * float64. The backend has a kernel for given statistics only, which computes a root for every value.
 */
export function registerBatchNormalization(registry: ArrayKernelRegistry): void {
  for (const activation of ['linear', 'relu'] as const) {
    registry.setKernel(trainingKernels[activation], trainingKernel(registry, activation));
  }
  registry.setKernel(trainingGradientKernel, trainingGradient(registry));
  registry.wrapKernel('FusedBatchNorm', (stock) => inferenceKernel(registry, stock));
  registry.setKernel(inferenceGradientKernel, inferenceGradient(registry));
  setBatchNormalizationGradients(registry);
}

/**
 * Inputs x [N, H, W, C], scale, offset, and the running mean and unbiased variance [C]; outputs y, the averages
 * moved by the batch's, the batch's mean, 1 / its deviation, and an empty one that other backends need.
 */
function trainingKernel(
  { heap }: ArrayKernelRegistry,
  activation: keyof typeof trainingKernels,
): Kernel {
  return (inputs, attributes) => {
    const x = inputs['x']!;
    const channels = x.shape.at(-1)!;
    const y = heap.allocate(x.shape);
    const [movedMean, movedVariance, mean, inverse] = Array.from({ length: 4 }, () =>
      heap.allocate([channels]),
    ) as [TensorInfo, TensorInfo, TensorInfo, TensorInfo];
    const none = heap.allocate([0]);
    const values = heap.floats(x);
    const count = values.length / channels;
    const { sums, squares } = sumChannels(values, channels);
    const means = sums.map((sum) => sum / count);
    // rounding can take it below 0, by less than float32 can tell
    const variances = squares.map((sum, channel) =>
      Math.max(0, sum / count - means[channel]! ** 2),
    );
    const epsilon = attributes['varianceEpsilon'] as number;
    const inverses = variances.map((variance) => 1 / Math.sqrt(variance + epsilon));
    heap.floats(mean).set(means);
    heap.floats(inverse).set(inverses);
    const scale = heap.floats(inputs['scale']!);
    const offset = heap.floats(inputs['offset']!);
    const factors = Float32Array.from(inverses, (value, channel) => value * scale[channel]!);
    const offsets = Float32Array.from(
      means,
      (value, channel) => offset[channel]! - value * factors[channel]!,
    );
    scaleChannels(values, { factors, offsets }, heap.floats(y));
    if (activation === 'relu') rectify(heap.bits(y));
    const share = attributes['averageFactor'] as number;
    const unbiased = count > 1 ? count / (count - 1) : 1;
    move(heap.floats(inputs['mean']!), { to: means, share }, heap.floats(movedMean));
    move(
      heap.floats(inputs['variance']!),
      { to: variances.map((variance) => variance * unbiased), share },
      heap.floats(movedVariance),
    );
    return [y, movedMean, movedVariance, mean, inverse, none];
  };
}

/** Outputs the gradients of x, scale and offset. */
function trainingGradient({ heap }: ArrayKernelRegistry): Kernel {
  return (inputs) => {
    const x = inputs['x']!;
    const channels = x.shape.at(-1)!;
    const dx = heap.allocate(x.shape);
    const [dScale, dOffset] = [heap.allocate([channels]), heap.allocate([channels])];
    const [dy, values] = [heap.floats(inputs['dy']!), heap.floats(x)];
    const scale = heap.floats(inputs['scale']!);
    const [mean, inverse] = [heap.floats(inputs['r1']!), heap.floats(inputs['r2']!)];
    const count = values.length / channels;
    const sums = sumGradients(dy, values, mean);
    heap.floats(dOffset).set(sums.gradients);
    heap.floats(dScale).set(sums.products.map((sum, channel) => sum * inverse[channel]!));
    // dx = a * dy + b * x + c for each channel
    const a = Float32Array.from(scale, (value, channel) => value * inverse[channel]!);
    const b = Float32Array.from(
      a,
      (value, channel) => (-value * inverse[channel]! ** 2 * sums.products[channel]!) / count,
    );
    const c = Float32Array.from(
      a,
      (value, channel) =>
        (-value * sums.gradients[channel]!) / count - b[channel]! * mean[channel]!,
    );
    combine([dy, values], { a, b, c }, heap.floats(dx));
    return [dx, dScale, dOffset];
  };
}

function inferenceKernel({ heap }: ArrayKernelRegistry, stock: Kernel): Kernel {
  return (inputs, attributes) => {
    const { x, mean, variance, scale, offset } = inputs;
    const isPerChannel = [mean, variance, scale, offset].every(
      (each) => (each ?? null) === null || each!.shape.length === 1,
    );
    if (!isPerChannel) return stock(inputs, attributes);
    const y = heap.allocate(x!.shape);
    const inverses = inverseDeviations(heap.floats(variance!), attributes['varianceEpsilon']);
    const scales = (scale ?? null) === null ? undefined : heap.floats(scale!);
    const shifts = (offset ?? null) === null ? undefined : heap.floats(offset!);
    const factors = inverses.map((value, channel) => value * (scales?.[channel] ?? 1));
    const offsets = heap
      .floats(mean!)
      .map((value, channel) => (shifts?.[channel] ?? 0) - value * factors[channel]!);
    scaleChannels(
      heap.floats(x!),
      { factors: Float32Array.from(factors), offsets },
      heap.floats(y),
    );
    return y;
  };
}

/** Outputs the gradients of x, scale and offset, for statistics that do not depend on x. */
function inferenceGradient({ heap }: ArrayKernelRegistry): Kernel {
  return (inputs, attributes) => {
    const x = inputs['x']!;
    const channels = x.shape.at(-1)!;
    const dx = heap.allocate(x.shape);
    const [dScale, dOffset] = [heap.allocate([channels]), heap.allocate([channels])];
    const dy = heap.floats(inputs['dy']!);
    const inverses = inverseDeviations(
      heap.floats(inputs['variance']!),
      attributes['varianceEpsilon'],
    );
    const scale = heap.floats(inputs['scale']!);
    const sums = sumGradients(dy, heap.floats(x), heap.floats(inputs['mean']!));
    heap.floats(dOffset).set(sums.gradients);
    heap.floats(dScale).set(sums.products.map((sum, channel) => sum * inverses[channel]!));
    const factors = Float32Array.from(inverses, (value, channel) => value * scale[channel]!);
    const offsets = new Float32Array(channels);
    scaleChannels(dy, { factors, offsets }, heap.floats(dx));
    return [dx, dScale, dOffset];
  };
}

function inverseDeviations(variances: Float32Array, epsilon: unknown): Float64Array {
  return Float64Array.from(variances, (variance) => 1 / Math.sqrt(variance + (epsilon as number)));
}

/** a * dy + b * x + c for each channel. */
function combine(
  [dy, x]: readonly [Float32Array, Float32Array],
  { a, b, c }: { readonly a: Float32Array; readonly b: Float32Array; readonly c: Float32Array },
  dx: Float32Array,
): void {
  const channels = a.length;
  for (const { start, end } of blocksOf(dx.length, channels)) {
    for (let channel = 0; channel < channels; channel += 1) {
      const [ofGradient, ofValue, constant] = [a[channel]!, b[channel]!, c[channel]!];
      for (let at = start + channel; at < end; at += channels) {
        dx[at] = ofGradient * dy[at]! + ofValue * x[at]! + constant;
      }
    }
  }
}

/** Moves running averages a share of the way. */
function move(
  from: Float32Array,
  { to, share }: { readonly to: Float64Array; readonly share: number },
  result: Float32Array,
): void {
  for (const [channel, value] of from.entries()) {
    result[channel] = value * (1 - share) + to[channel]! * share;
  }
}
