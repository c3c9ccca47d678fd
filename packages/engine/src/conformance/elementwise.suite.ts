import type { Tensor } from '@tensorflow/tfjs';
import type { CheckedOperation } from './checked-operation.suite.ts';
import { broadcastAt, build } from './float64-array.suite.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

interface Unary {
  readonly run: (tf: Parameters<CheckedOperation['run']>[0], x: Tensor) => Tensor;
  readonly reference: (x: number) => number;
  readonly prepare?: (value: number) => number;
}

/** Away from the kinks at 0 and 6. */
const spread = (value: number): number => Math.fround(value * 9 + Math.sign(value) * 0.1);
const positive = (value: number): number => Math.fround(value + 1.2);

const unary: Readonly<Record<string, Unary>> = {
  relu: { run: (tf, x) => tf.relu(x), reference: (x) => Math.max(0, x), prepare: spread },
  relu6: {
    run: (tf, x) => tf.relu6(x),
    reference: (x) => Math.min(6, Math.max(0, x)),
    prepare: spread,
  },
  sigmoid: { run: (tf, x) => tf.sigmoid(x), reference: sigmoid },
  tanh: { run: (tf, x) => tf.tanh(x), reference: Math.tanh },
  swish: {
    run: (tf, x) => tf.layers.activation({ activation: 'swish' }).apply(x) as Tensor,
    reference: (x) => x * sigmoid(x),
  },
  leakyRelu: {
    run: (tf, x) => tf.leakyRelu(x, 0.1),
    reference: (x) => (x > 0 ? x : Math.fround(0.1) * x),
    prepare: spread,
  },
  square: { run: (tf, x) => tf.square(x), reference: (x) => x * x },
  abs: { run: (tf, x) => tf.abs(x), reference: Math.abs, prepare: spread },
  exp: { run: (tf, x) => tf.exp(x), reference: Math.exp },
  log: { run: (tf, x) => tf.log(x), reference: Math.log, prepare: positive },
  sqrt: { run: (tf, x) => tf.sqrt(x), reference: Math.sqrt, prepare: positive },
  rsqrt: { run: (tf, x) => tf.rsqrt(x), reference: (x) => 1 / Math.sqrt(x), prepare: positive },
  clip: {
    run: (tf, x) => tf.clipByValue(x, -4, 5),
    reference: (x) => Math.min(5, Math.max(-4, x)),
    prepare: spread,
  },
};

interface Binary {
  readonly run: (tf: Parameters<CheckedOperation['run']>[0], a: Tensor, b: Tensor) => Tensor;
  readonly reference: (a: number, b: number) => number;
}

const binary: Readonly<Record<string, Binary>> = {
  add: { run: (tf, a, b) => tf.add(a, b), reference: (a, b) => a + b },
  subtract: { run: (tf, a, b) => tf.sub(a, b), reference: (a, b) => a - b },
  multiply: { run: (tf, a, b) => tf.mul(a, b), reference: (a, b) => a * b },
  divide: { run: (tf, a, b) => tf.div(a, b), reference: (a, b) => a / b },
  squaredDifference: {
    run: (tf, a, b) => tf.squaredDifference(a, b),
    reference: (a, b) => (a - b) ** 2,
  },
  maximum: { run: (tf, a, b) => tf.maximum(a, b), reference: Math.max },
};

const shapes = [[2, 5, 4, 3], [3], [1, 1, 1, 3], [], [1], [4, 1], [5, 1, 3], [2, 1, 1, 1]] as const;

/** Functions of one value, and of two that are broadcast in every way. */
export const elementwiseChecks: readonly CheckedOperation[] = [
  ...Object.entries(unary).map(([name, { run, reference, prepare }]): CheckedOperation => ({
    name,
    inputs: [[3, 4, 5]],
    ...(prepare && { prepare }),
    run: (tf, x: Tensor) => run(tf, x),
    reference: ({ shape, values } = build([], () => 0)) => ({
      shape,
      values: values.map(reference),
    }),
  })),
  ...Object.entries(binary).flatMap(([name, { run, reference }]) =>
    (name === 'add' ? shapes : shapes.slice(0, 3)).map((shape): CheckedOperation => ({
      name: `${name} [2, 5, 4, 3] and [${shape.join(', ')}]`,
      inputs: [[2, 5, 4, 3], shape],
      // apart, for maximum; away from 0, to divide by
      prepare: (value, input) => (input === 0 ? value : Math.fround(value * 0.2 + 1.3)),
      run: (tf, a: Tensor, b: Tensor) => run(tf, a, b),
      reference: (a, b) =>
        build([2, 5, 4, 3], (place) => reference(broadcastAt(a!, place), broadcastAt(b!, place))),
    })),
  ),
];
