import type { Operation } from './operation.ts';

/** Each channel times a learned number. */
export const scale: Operation<object> = {
  className: 'Scale',
  weights: (input) => ({ factor: { shape: [input.at(-1)!], start: 'ones' } }),
  compute: (tf, input, { weights }) => tf.mul(input, weights['factor']!),
};
