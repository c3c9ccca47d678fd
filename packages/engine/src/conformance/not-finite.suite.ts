import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { Engine } from '../engine.ts';
import { readResult } from '../read-result.ts';

/** What holds on engines whose own kernels take NaN for a number. */
export function testNotFinite(load: () => Promise<Engine>): void {
  test('what is not finite never becomes finite', async () => {
    const engine = await load();
    const { tf } = engine;
    const x: Tensor4D = tf.tensor4d([1, NaN, -2, 3], [1, 2, 2, 1]);
    const filter: Tensor4D = tf.ones([1, 1, 1, 1]);
    const normalization = tf.layers.batchNormalization({});
    const rectification = tf.layers.activation({ activation: 'relu6' });
    const results: Readonly<Record<string, () => Tensor>> = {
      relu: () => tf.relu(x),
      relu6: () => tf.relu6(x),
      'relu6 of a layer': () => rectification.apply(x) as Tensor,
      convolution: () => tf.conv2d(x, filter, 1, 'valid'),
      sum: () => tf.sum(x),
      mean: () => tf.mean(x),
      normalized: () => normalization.apply(x, { training: true }) as Tensor,
    };
    for (const [name, compute] of Object.entries(results)) {
      const values = await readResult(engine, compute);
      expect({ name, isFinite: values.every(Number.isFinite) }).toEqual({ name, isFinite: false });
    }
    normalization.dispose();
    tf.dispose([x, filter]);
  });
}
