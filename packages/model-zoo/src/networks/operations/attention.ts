import type { Tensor } from '@limber/engine';
import type { Operation } from './operation.ts';

/**
 * Attention between all pixels of a map.
 *
 * In: [B, H, W, 3 C], queries, keys and values, each head by head. Out: [B, H, W, C].
 *
 * @see Vaswani et al. 2017, arXiv:1706.03762, section 3.2.
 */
export const attention: Operation<{ readonly heads: number }> = {
  className: 'Attention',
  outputShape: ([batch, height, width, channels]) => [batch!, height!, width!, channels! / 3],
  compute: (tf, input, { config: { heads } }) => {
    const [batch, height, width, channels] = input.shape;
    const headWidth = channels / 3 / heads;
    // no more than four axes, which every backend can turn
    const rows = tf.reshape(input, [batch, height * width, 3 * heads, headWidth]);
    const [queries, keys, values] = tf.split(tf.transpose(rows, [0, 2, 1, 3]), 3, 1) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    // scaled before the product, which has more numbers
    const scores = tf.matMul(tf.mul(queries, headWidth ** -0.5), keys, false, true);
    const attended = tf.matMul(tf.softmax(scores), values);
    return tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [batch, height, width, channels / 3]);
  },
};
