import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { KernelAttributes, KernelRegistry } from './kernel-registry.ts';
import type { Attributes, Operations } from './operations.ts';

/** Name of the kernel that normalises with the statistics of the batch. */
const TRAINING_KERNEL = 'FusedBatchNormTraining';
const INFERENCE_GRADIENT_KERNEL = 'FusedBatchNormInferenceGrad';
const TRAINING_GRADIENT_KERNEL = 'FusedBatchNormTrainingGrad';

/**
 * Batch normalisation over the last axis by FusedBatchNormV3 and its gradient, in training and, with
 * given mean and variance, in inference.
 */
export function registerBatchNormalization(registry: KernelRegistry): void {
  registerTraining(registry);
  registerInference(registry);
}

/** Inputs x [N, H, W, C], scale [C], offset [C]; outputs y, mean [C], biased variance [C], reserves. */
function registerTraining(registry: KernelRegistry): void {
  const { operations, tf } = registry;
  registry.setKernel(TRAINING_KERNEL, ({ x, scale, offset }, attributes) => {
    const empty = tf.tensor1d([]);
    const outputs = operations.run(
      'FusedBatchNormV3',
      batchNormAttributes(operations, attributes, true),
      [x!, scale!, offset!, empty, empty],
      6,
    );
    empty.dispose();
    return outputs;
  });
  registry.setKernel(TRAINING_GRADIENT_KERNEL, ({ dy, x, scale, r1, r2, r3 }, attributes) =>
    operations.run(
      'FusedBatchNormGradV3',
      batchNormAttributes(operations, attributes, true),
      [dy!, x!, scale!, r1!, r2!, r3!],
      5,
    ),
  );
  registry.setGradient(TRAINING_KERNEL, {
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, false, false, true, true, true],
    gradient: ([dy], [x, scale, r1, r2, r3], attributes) => {
      const [dx, dScale, dOffset] = registry.runAll(
        TRAINING_GRADIENT_KERNEL,
        { dy: dy!, x: x!, scale: scale!, r1: r1!, r2: r2!, r3: r3! },
        attributes,
      );
      return { x: () => dx!, scale: () => dScale!, offset: () => dOffset! };
    },
  });
}

/** tfjs's own kernel for given statistics: same values, with V3 (which knows bfloat16) and its gradient. */
function registerInference(registry: KernelRegistry): void {
  const { operations, tf } = registry;
  registry.wrapKernel('FusedBatchNorm', (stock) => (inputs, attributes) => {
    const { x, mean, variance, scale, offset } = inputs;
    if (x!.shape.length !== 4 || mean!.shape.length !== 1 || variance!.shape.length !== 1) {
      return stock(inputs, attributes);
    }
    return tf.tidy(() => {
      const channels = mean!.shape[0]!;
      const outputs = operations.run(
        'FusedBatchNormV3',
        batchNormAttributes(operations, attributes, false),
        [x!, scale ?? tf.ones([channels]), offset ?? tf.zeros([channels]), mean!, variance!],
        6,
      );
      return outputs[0]!;
    });
  });
  registry.setKernel(INFERENCE_GRADIENT_KERNEL, ({ dy, x, scale, mean, variance }, attributes) => {
    const empty = tf.tensor1d([]);
    const outputs = operations.run(
      'FusedBatchNormGradV3',
      batchNormAttributes(operations, attributes, false),
      [dy!, x!, scale!, mean!, variance!, empty],
      5,
    );
    empty.dispose();
    return outputs;
  });
  const composed = registry.getGradient('FusedBatchNorm');
  registry.setGradient('FusedBatchNorm', {
    inputsToSave: ['x', 'mean', 'variance', 'scale'],
    gradient: (dys, saved, attributes) => {
      const [x, mean, variance, scale] = saved;
      if (mean!.rank !== 1 || variance!.rank !== 1) {
        return composed.gradient(dys, saved, attributes);
      }
      const [dx, dScale, dOffset] = registry.runAll(
        INFERENCE_GRADIENT_KERNEL,
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

/**
 * Normalises with the batch's own statistics.
 *
 * @param x - [N, H, W, C].
 * @returns y [N, H, W, C]; the batch's mean [C] and biased variance [C], which are not differentiated.
 */
export function normalizeBatch(
  registry: KernelRegistry,
  x: Tensor4D,
  scale: Tensor,
  offset: Tensor,
  epsilon: number,
): { y: Tensor4D; mean: Tensor; variance: Tensor } {
  const [y, mean, unbiased] = registry.runAll(
    TRAINING_KERNEL,
    { x, scale, offset },
    { varianceEpsilon: epsilon },
  );
  const count = x.size / x.shape[3];
  // FusedBatchNormV3 hands out the unbiased variance (Bessel's correction); tf.layers keeps the biased.
  return { y: y as Tensor4D, mean: mean!, variance: unbiased!.mul((count - 1) / count) };
}
