import type { Tensor } from '@limber/engine';
import type { Operation } from './operation.ts';

/**
 * The attention of a gated attention unit, between all tokens of a row, with squared ReLU in place of softmax.
 *
 * In: [B, 1, N, 2 E + S]: gates, values, base. Out: [B, 1, N, E].
 *
 * @see Hua et al. 2022, arXiv:2202.10447, section 3.2; `RTMCCBlock` of MMPose.
 */
export const gatedAttention: Operation<{ readonly keyWidth: number }> = {
  className: 'GatedAttention',
  weights: (_, { keyWidth }) => ({
    scale: { shape: [2, keyWidth], start: 'zeros' },
    offset: { shape: [2, keyWidth], start: 'zeros' },
  }),
  outputShape: ([batch, height, width, channels], { keyWidth }) => [
    batch!,
    height!,
    width!,
    (channels! - keyWidth) / 2,
  ],
  compute: (tf, input, { config: { keyWidth }, weights }) => {
    const [batch, , tokens, channels] = input.shape;
    const width = (channels - keyWidth) / 2;
    const rows = tf.reshape(input, [batch, tokens, channels]);
    const [gates, values, base] = tf.split(rows, [width, width, keyWidth], -1) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const [queryScale, keyScale] = tf.unstack(weights['scale']!) as [Tensor, Tensor];
    const [queryOffset, keyOffset] = tf.unstack(weights['offset']!) as [Tensor, Tensor];
    const queries = tf.add(tf.mul(base, queryScale), queryOffset);
    const keys = tf.add(tf.mul(base, keyScale), keyOffset);
    const scores = tf.mul(tf.matMul(queries, keys, false, true), keyWidth ** -0.5);
    const attended = tf.matMul(tf.square(tf.relu(scores)), values);
    return tf.reshape(tf.mul(gates, attended), [batch, 1, tokens, width]);
  },
};
