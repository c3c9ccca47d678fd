import type { CastPolicies } from '../precision/cast-policy.ts';
import {
  inferenceGradientKernel,
  setBatchNormalizationGradients,
  trainingGradientKernel,
  trainingKernels,
} from './batch-normalization-gradients.ts';
import type { Kernel, KernelAttributes } from './kernel-registry.ts';
import type { NativeKernelRegistry } from './native-registry.ts';
import { oneDnnAttributes } from './onednn-kernels.ts';
import type { Attributes, Operations } from './operations.ts';

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
export function registerBatchNormalization(registry: NativeKernelRegistry): void {
  registerTraining(registry);
  registerInference(registry);
  setBatchNormalizationGradients(registry);
}

/**
 * Inputs x [N, H, W, C], scale, offset, mean and variance [C], the last two running averages;
 * outputs y, the averages moved by the batch's, and what the gradient needs.
 */
function registerTraining(registry: NativeKernelRegistry): void {
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
  }
}

/** tfjs's own kernel for given statistics: same values, with V3 (which knows bfloat16) and its gradient. */
function registerInference(registry: NativeKernelRegistry): void {
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
