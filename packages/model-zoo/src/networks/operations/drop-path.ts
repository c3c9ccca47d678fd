import type { Operation } from './operation.ts';

/**
 * In training leaves out all that a branch adds to some images, and scales what it adds to the others so that its mean
 * stays. The draws come from `Math.random`, which the trainer keys by seed and step.
 *
 * @see Huang et al. 2016, arXiv:1603.09382.
 */
export const dropPath: Operation<{ readonly rate: number }> = {
  className: 'DropPath',
  compute: (tf, input, { config: { rate }, isTraining }) => {
    if (!isTraining || rate === 0) return input.clone();
    const kept = 1 - rate;
    const factors = Array.from({ length: input.shape[0] }, () =>
      Math.random() < kept ? 1 / kept : 0,
    );
    return tf.mul(input, tf.tensor4d(factors, [factors.length, 1, 1, 1]));
  },
};
