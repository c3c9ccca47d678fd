import type { Operation } from './operation.ts';

/** PyTorch's `Hardsigmoid`; the `hardSigmoid` of tf.layers is Keras's, which is steeper. */
export const hardSigmoid: Operation<object> = {
  className: 'HardSigmoid',
  compute: (tf, input) => tf.div(tf.relu6(tf.add(input, 3)), 6),
};
