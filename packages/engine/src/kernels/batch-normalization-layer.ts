import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { normalizeBatch } from './batch-normalization.ts';
import type { KernelRegistry } from './kernel-registry.ts';

/** The parts of tf.layers' batch normalisation that are needed here; private in its typings. */
interface BatchNormalizationLayer {
  axis: number;
  momentum: number;
  epsilon: number;
  gamma: LayerVariable | null | undefined;
  beta: LayerVariable | null | undefined;
  movingMean: LayerVariable;
  movingVariance: LayerVariable;
  call: (
    this: BatchNormalizationLayer,
    inputs: Tensor | Tensor[],
    kwargs: Readonly<Record<string, unknown>>,
  ) => Tensor | Tensor[];
}

interface LayerVariable {
  read(): Tensor;
  write(value: Tensor): unknown;
}

/**
 * Makes tf.layers.batchNormalization use the fused kernel while it trains, for every layer that
 * normalises the last axis. The layer's configuration, weights and results stay the same.
 */
export function patchBatchNormalizationLayer(registry: KernelRegistry): void {
  const { tf } = registry;
  const layer = tf.layers.batchNormalization({}) as unknown as BatchNormalizationLayer;
  const prototype = Object.getPrototypeOf(layer) as BatchNormalizationLayer;
  const composed = prototype.call;
  prototype.call = function call(inputs, kwargs) {
    const input = Array.isArray(inputs) ? inputs[0]! : inputs;
    const isLastAxis = this.axis === -1 || this.axis === input.rank - 1;
    if (kwargs['training'] !== true || !isLastAxis || input.rank < 2) {
      return composed.call(this, inputs, kwargs);
    }
    return tf.tidy(() => trainingCall(registry, this, input));
  };
}

function trainingCall(
  registry: KernelRegistry,
  layer: BatchNormalizationLayer,
  input: Tensor,
): Tensor {
  const { tf } = registry;
  const channels = input.shape.at(-1)!;
  const x = input.rank === 4 ? input : input.reshape([-1, 1, 1, channels]);
  const { y, mean, variance } = normalizeBatch(
    registry,
    x as Tensor4D,
    layer.gamma?.read() ?? tf.ones([channels]),
    layer.beta?.read() ?? tf.zeros([channels]),
    layer.epsilon,
  );
  updateMovingAverage(registry, layer.movingMean, mean, layer.momentum);
  updateMovingAverage(registry, layer.movingVariance, variance, layer.momentum);
  return input.rank === 4 ? y : y.reshape(input.shape);
}

function updateMovingAverage(
  { tf }: KernelRegistry,
  average: LayerVariable,
  value: Tensor,
  momentum: number,
): void {
  tf.tidy(() => {
    const old = average.read();
    average.write(old.sub(old.sub(value).mul(1 - momentum)));
  });
}
