import { beforeAll, describe, expect, test } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import { loadEngine } from '../engine.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await loadEngine({ precision: '32' });
});

/** The same channels, a few at a time. */
const few = 8;

describe.each([40, 48, 144])('over %i channels', (channels) => {
  test.each([3, 4])(
    'a strided convolution with filters of side %i has the input gradient of its parts',
    (side) => {
      const { tf } = engine;
      const [whole, parts] = tf.tidy(() => {
        const filter = tf.randomNormal([side, side, channels, 32], 0, 1, 'float32', 1);
        const dy = tf.randomNormal([2, 7, 5, 32], 0, 1, 'float32', 2);
        const gradientOf = (filters: Tensor): Tensor => {
          const input = tf.zeros([2, 14, 10, filters.shape[2]!]);
          const convolve = (x: Tensor): Tensor =>
            tf.conv2d(x as never, filters as never, 2, 'same');
          return tf.grad(convolve)(input, dy);
        };
        const pieces = tf.split(filter, channels / few, 2).map(gradientOf);
        return [gradientOf(filter), tf.concat(pieces, 3)].map((each) => each.dataSync<'float32'>());
      });
      const largest = whole!.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - parts![at]!)),
        0,
      );
      expect(largest).toBeLessThan(1e-3);
    },
  );
});
