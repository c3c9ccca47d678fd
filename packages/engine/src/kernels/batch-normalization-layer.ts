import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { BatchNormState } from './batch-normalization-gradients.ts';
import { normalizeBatch } from './batch-normalization-gradients.ts';
import type { KernelRegistry } from './kernel-registry.ts';

/** The parts of tf.layers' batch normalisation that are needed here; private in its typings. */
export interface BatchNormalizationLayer {
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
  const prototype = prototypeOf(registry);
  const composed = prototype.call;
  prototype.call = function call(inputs, kwargs) {
    const input = Array.isArray(inputs) ? inputs[0]! : inputs;
    if (kwargs['training'] !== true || !isOverLastAxis(this, input)) {
      return composed.call(this, inputs, kwargs);
    }
    return registry.tf.tidy(() =>
      trainBatchNormalization(registry, this, { input, activation: 'linear' }),
    );
  };
}

/** Whether a layer is a batch normalisation whose training the fused kernel can do. */
export function isFusedBatchNormalization(
  registry: KernelRegistry,
  layer: object,
  input: Tensor,
): layer is BatchNormalizationLayer {
  return (
    Object.getPrototypeOf(layer) === prototypeOf(registry) &&
    isOverLastAxis(layer as BatchNormalizationLayer, input)
  );
}

/**
 * One training step of a batch normalisation over the last axis, by the fused kernel; the layer's
 * running averages move.
 *
 * @param step.input - [..., C], at least two axes.
 */
export function trainBatchNormalization(
  registry: KernelRegistry,
  layer: BatchNormalizationLayer,
  step: { readonly input: Tensor; readonly activation: BatchNormState['activation'] },
): Tensor {
  const { input, activation } = step;
  const { tf } = registry;
  const channels = input.shape.at(-1)!;
  const x = input.rank === 4 ? input : input.reshape([-1, 1, 1, channels]);
  const { y, mean, variance } = normalizeBatch(registry, x as Tensor4D, {
    scale: layer.gamma?.read() ?? tf.ones([channels]),
    offset: layer.beta?.read() ?? tf.zeros([channels]),
    mean: layer.movingMean.read(),
    variance: layer.movingVariance.read(),
    epsilon: layer.epsilon,
    momentum: layer.momentum,
    activation,
  });
  layer.movingMean.write(mean);
  layer.movingVariance.write(variance);
  return input.rank === 4 ? y : y.reshape(input.shape);
}

/** Asked for in every layer of every step. */
const prototypes = new WeakMap<KernelRegistry, BatchNormalizationLayer>();

function prototypeOf(registry: KernelRegistry): BatchNormalizationLayer {
  const known = prototypes.get(registry);
  if (known !== undefined) return known;
  const { tf } = registry;
  const layer = tf.layers.batchNormalization({}) as unknown as BatchNormalizationLayer;
  const prototype = Object.getPrototypeOf(layer) as BatchNormalizationLayer;
  prototypes.set(registry, prototype);
  return prototype;
}

function isOverLastAxis({ axis }: BatchNormalizationLayer, input: Tensor): boolean {
  return input.rank >= 2 && (axis === -1 || axis === input.rank - 1);
}
