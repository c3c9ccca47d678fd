import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { CastPolicies } from '../precision/cast-policy.ts';
import type { Kernel, KernelAttributes, KernelRegistry } from './kernel-registry.ts';
import { oneDnnAttributes } from './onednn-kernels.ts';
import type { Attributes, Operations } from './operations.ts';

/** Names of the kernels that normalise with the statistics of the batch. */
const trainingKernels = {
  linear: 'FusedBatchNormTraining',
  relu: 'FusedBatchNormReluTraining',
} as const;
const inferenceGradientKernel = 'FusedBatchNormInferenceGrad';
const trainingGradientKernel = 'FusedBatchNormTrainingGrad';

/** Scale, offset and statistics are of type U, which stays float32. */
const cast: CastPolicies = {
  FusedBatchNormV3: { rule: 'follow', inputs: [0] },
  FusedBatchNormGradV3: { rule: 'follow', inputs: [0, 1] },
  _MklNativeFusedBatchNormEx: { rule: 'follow', inputs: [0] },
};

/**
 * Batch normalisation over the last axis by FusedBatchNormV3 and its gradient, in training and, with
 * given mean and variance, in inference.
 */
export function registerBatchNormalization(registry: KernelRegistry): void {
  registerTraining(registry);
  registerInference(registry);
}

/**
 * Inputs x [N, H, W, C], scale, offset, mean and variance [C], the last two running averages;
 * outputs y, the averages moved by the batch's, and what the gradient needs.
 */
function registerTraining(registry: KernelRegistry): void {
  const { operations } = registry;
  registry.setKernel(
    trainingGradientKernel,
    ({ dy, x, scale, r1, r2, r3 }, attributes) =>
      operations.runAll('FusedBatchNormGradV3', batchNormAttributes(operations, attributes, true), {
        inputs: [dy!, x!, scale!, r1!, r2!, r3!],
        outputs: 5,
      }),
    { cast },
  );
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
    registry.setKernel(
      trainingKernels[activation],
      (inputs, attributes) =>
        operations.runAll(
          isRectified ? '_MklNativeFusedBatchNormEx' : 'FusedBatchNormV3',
          {
            ...batchNormAttributes(operations, attributes, true),
            exponential_avg_factor: operations.float(attributes['averageFactor'] as number),
            ...(isRectified && rectifiedAttributes(operations)),
          },
          {
            inputs: ['x', 'scale', 'offset', 'mean', 'variance'].map((name) => inputs[name]!),
            outputs: 6,
          },
        ),
      { cast },
    );
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

/** tfjs's own kernel for given statistics: same values, with V3 (which knows bfloat16) and its gradient. */
function registerInference(registry: KernelRegistry): void {
  const { operations, tf } = registry;
  const normalize =
    (stock: Kernel): Kernel =>
    (inputs, attributes) => {
      const { x, mean, variance, scale, offset } = inputs;
      if (x!.shape.length !== 4 || mean!.shape.length !== 1 || variance!.shape.length !== 1) {
        return stock(inputs, attributes);
      }
      return tf.tidy(() => {
        const channels = mean!.shape[0]!;
        const inputs = [
          x!,
          scale ?? tf.ones([channels]),
          offset ?? tf.zeros([channels]),
          mean!,
          variance!,
        ];
        const v3Attributes = batchNormAttributes(operations, attributes, false);
        return operations.runAll('FusedBatchNormV3', v3Attributes, { inputs, outputs: 6 })[0]!;
      });
    };
  registry.wrapKernel('FusedBatchNorm', normalize, { cast });
  const differentiate: Kernel = ({ dy, x, scale, mean, variance }, attributes) => {
    const empty = tf.tensor1d([]);
    const inputs = [dy!, x!, scale!, mean!, variance!, empty];
    const v3Attributes = batchNormAttributes(operations, attributes, false);
    const outputs = operations.runAll('FusedBatchNormGradV3', v3Attributes, { inputs, outputs: 5 });
    empty.dispose();
    return outputs;
  };
  registry.setKernel(inferenceGradientKernel, differentiate, { cast });
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

function batchNormAttributes(
  operations: Operations,
  attributes: KernelAttributes,
  isTraining: boolean,
): Attributes {
  return {
    T: operations.float32,
    U: operations.float32,
    epsilon: operations.float(attributes['varianceEpsilon'] as number),
    data_format: operations.string('NHWC'),
    is_training: operations.bool(isTraining),
  };
}

function rectifiedAttributes(operations: Operations): Attributes {
  return {
    ...oneDnnAttributes(operations),
    activation_mode: operations.string('Relu'),
    num_side_inputs: operations.int(0),
  };
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
