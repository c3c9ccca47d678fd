import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { loadEngine } from '../engine.ts';

let engine: Engine;
let tf: Engine['tf'];
beforeAll(async () => {
  engine = await loadEngine({ backend: 'wasm', threads: 1 });
  ({ tf } = engine);
});

test('a matrix is multiplied in two shapes', () => {
  tf.tidy(() => {
    const values = Array.from({ length: 24 }, (_, index) => index);
    const b = tf.tensor1d(values);
    const products = (rows: number): number[] => {
      const a: Tensor2D = tf.ones([2, rows]);
      return [...tf.matMul(a, b.reshape<Tensor2D>([rows, 24 / rows])).dataSync()];
    };
    const columnSums = (rows: number): number[] => {
      const columns = 24 / rows;
      const sums = Array.from({ length: columns }, (_, column) =>
        values.filter((_value, at) => at % columns === column).reduce((x, y) => x + y, 0),
      );
      return [...sums, ...sums];
    };
    for (const rows of [6, 4, 12, 6]) expect(products(rows)).toEqual(columnSums(rows));
  });
});

// XNNPACK's convolutions make -Infinity of it
test('what is not finite never becomes finite', () => {
  tf.tidy(() => {
    const x: Tensor4D = tf.tensor4d([1, NaN, -2, 3], [1, 2, 2, 1]);
    const filter: Tensor4D = tf.ones([1, 1, 1, 1]);
    const normalization = tf.layers.batchNormalization({});
    const results: Readonly<Record<string, Tensor>> = {
      relu: tf.relu(x),
      relu6: tf.relu6(x),
      convolution: tf.conv2d(x, filter, 1, 'valid'),
      sum: tf.sum(x),
      mean: tf.mean(x),
      normalized: normalization.apply(x, { training: true }) as Tensor,
    };
    for (const [name, result] of Object.entries(results)) {
      expect({ name, isFinite: result.dataSync().every(Number.isFinite) }).toEqual({
        name,
        isFinite: false,
      });
    }
    normalization.dispose();
  });
});
