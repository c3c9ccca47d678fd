import type { Tensor2D } from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { testNotFinite } from '../conformance/not-finite.suite.ts';
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
testNotFinite(() => loadEngine({ backend: 'wasm', threads: 1 }));
