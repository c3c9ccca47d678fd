import type { Operation } from './operation.ts';

/** Smaller lengths count as this (`ScaleNorm` of MMPose). */
export const smallestLength = 1e-5;

/**
 * The channels of each pixel divided by their root mean square, times one learned number.
 *
 * @see Nguyen and Salazar 2019, arXiv:1910.05895, section 2.2.
 */
export const scaleNorm: Operation<object> = {
  className: 'ScaleNorm',
  weights: () => ({ gain: { shape: [1], start: 'ones' } }),
  compute: (tf, input, { weights }) => {
    const squares = tf.mean(tf.square(input), -1, true);
    // limited before the root, whose slope at 0 is infinite
    const lengths = tf.sqrt(tf.maximum(squares, smallestLength ** 2));
    return tf.mul(tf.div(input, lengths), weights['gain']!);
  },
};
