import type { Engine, Scalar, Tensor2D, Tensor4D } from '@limber/engine';
import { logOdds, smallestComplement, toRows } from './spatial-logits.ts';

/**
 * Cross entropy of where each joint is: a heatmap's odds p / (1 - p), as shares of their sum, against the target's shares.
 *
 * For heatmaps made by a sigmoid this is the softmax over the pixels, whose gradient does not fade where the network is
 * sure and wrong, as that of the squared error does.
 *
 * @param predicted - [B, h, w, K], each in [0, 1].
 * @param truth.target - [B, h, w, K], >= 0.
 * @param truth.weights - [B, K], 0 or 1.
 * @returns the mean over the joints of weight 1; 0 if there are none.
 */
export function crossEntropyLoss(
  { tf }: Pick<Engine, 'tf'>,
  predicted: Tensor4D,
  { target, weights }: { readonly target: Tensor4D; readonly weights: Tensor2D },
): Scalar {
  return tf.tidy(() => {
    const wanted = toRows(target);
    const shares = wanted.div(wanted.sum(-1, true).add(smallestComplement));
    const entropy = shares
      .mul(tf.logSoftmax(toRows(logOdds({ tf }, predicted)), -1))
      .sum(-1)
      .neg();
    return entropy.mul(weights).sum().div(weights.sum().maximum(1));
  });
}
