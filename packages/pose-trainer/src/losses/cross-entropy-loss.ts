import type { Engine, Scalar, Tensor, Tensor2D, Tensor4D } from '@limber/engine';

/** Keeps logarithms finite. A heatmap's 1 - p is never known better than this. */
const smallestComplement = 1e-7;
const smallestProbability = 1e-30;

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
    const [batch, joints] = weights.shape;
    const toRows = (maps: Tensor): Tensor =>
      maps.transpose([0, 3, 1, 2]).reshape([batch, joints, -1]);
    const logOdds = predicted
      .add(smallestProbability)
      .log()
      .sub(tf.sub(1 + smallestComplement, predicted).log());
    const wanted = toRows(target);
    const shares = wanted.div(wanted.sum(-1, true).add(smallestComplement));
    const entropy = shares
      .mul(tf.logSoftmax(toRows(logOdds), -1))
      .sum(-1)
      .neg();
    return entropy.mul(weights).sum().div(weights.sum().maximum(1));
  });
}
