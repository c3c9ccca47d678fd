import type { Operation } from './operation.ts';

/** Adds a learned map, which tells tokens apart by their place. */
export const positions: Operation<object> = {
  className: 'Positions',
  weights: (input) => ({
    embedding: { shape: [1, ...input.slice(1)] as number[], start: 'zeros' },
  }),
  compute: (tf, input, { weights }) => tf.add(input, weights['embedding']!),
};
