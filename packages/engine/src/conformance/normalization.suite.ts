import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import type { CheckedOperation } from './checked-operation.suite.ts';
import type { Float64Tensor } from './float64-array.suite.ts';
import { broadcastAt, build } from './float64-array.suite.ts';

const epsilon = 1e-3;
const positive = (value: number, input: number): number =>
  input === 0 ? Math.fround(value * 2 + 1) : Math.fround(value + 1.5);

/** Batch normalisation of images, rows and sequences in training, also with a ReLU after it, and in inference. */
export const normalizationChecks: readonly CheckedOperation[] = [
  ...[
    [2, 5, 4, 3],
    [8, 3],
    [4, 5, 3],
  ].flatMap((shape): CheckedOperation[] => [
    {
      name: `batch normalisation of ${shape.join('x')} that trains`,
      inputs: [shape, [3], [3]],
      prepare: positive,
      tolerance: 1e-5,
      run: (tf, x: Tensor, ...weights: Tensor[]) => train(tf, x, weights),
      reference: normalizeByBatch,
    },
  ]),
  {
    name: 'batch normalisation by kept statistics',
    inputs: [[2, 5, 4, 3], [3], [3], [3], [3]],
    prepare: positive,
    run: (tf, x: Tensor4D, ...rest: Tensor1D[]) => {
      const [mean, variance, offset, scale] = rest as [Tensor1D, Tensor1D, Tensor1D, Tensor1D];
      return tf.batchNorm(x, mean, variance, offset, scale, epsilon);
    },
    reference: (...inputs) =>
      build(inputs[0]!.shape, (place) => {
        const [x, mean, variance, offset, scale] = inputs;
        const at = (tensor: Float64Tensor | undefined): number => broadcastAt(tensor!, place);
        const normalized = (at(x) - at(mean)) / Math.sqrt(at(variance) + epsilon);
        return normalized * at(scale) + at(offset);
      }),
  },
];

/** By a layer of tf.layers whose weights are the inputs. */
function train(tf: Engine['tf'], x: Tensor, [gamma, beta]: readonly Tensor[]): Tensor {
  const layer = tf.layers.batchNormalization({ epsilon });
  layer.build(x.shape);
  const own = [...layer.weights];
  Object.assign(layer, { gamma: { read: () => gamma }, beta: { read: () => beta } });
  const y = layer.apply(x, { training: true }) as Tensor;
  for (const weight of own) (weight as unknown as { dispose(): void }).dispose();
  return y;
}

function normalizeByBatch(
  x: Float64Tensor = build([], () => 0),
  gamma?: Float64Tensor,
  beta?: Float64Tensor,
): Float64Tensor {
  const channels = x.shape.at(-1)!;
  const count = x.values.length / channels;
  const statistics = Array.from({ length: channels }, (_, channel) => {
    const values = x.values.filter((_value, index) => index % channels === channel);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    return { mean, deviation: Math.sqrt(variance + epsilon) };
  });
  return {
    shape: x.shape,
    values: x.values.map((value, index) => {
      const channel = index % channels;
      const { mean, deviation } = statistics[channel]!;
      return ((value - mean) / deviation) * gamma!.values[channel]! + beta!.values[channel]!;
    }),
  };
}
