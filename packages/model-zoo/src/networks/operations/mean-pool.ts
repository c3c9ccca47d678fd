import type { Operation } from './operation.ts';

/** The mean of each channel, as a map of one pixel; `globalAveragePooling2d` of tf.layers drops height and width. */
export const meanPool: Operation<object> = {
  className: 'MeanPool',
  outputShape: ([batch, , , channels]) => [batch!, 1, 1, channels!],
  compute: (tf, input) => tf.mean(input, [1, 2], true),
};
