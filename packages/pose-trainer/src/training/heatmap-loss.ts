import type { Engine, Scalar, Tensor, Tensor2D, Tensor4D } from '@limber/engine';

/**
 * SimpleBaseline's factor of one half, times MMPose's usual `loss_weight` of 1000 for heatmaps, whose squared errors are tiny.
 * Adam does not care; gradient clipping and SGD do.
 */
const scale = 0.5 * 1000;

/**
 * Squared error of heatmaps, weighted by joint: 500 x the mean of weight x (predicted - target)² over all B x h x w x K numbers.
 *
 * A joint of weight 0 counts as fitted: it lowers the mean, and gets no gradient (MMPose `KeypointMSELoss`).
 *
 * @param predicted - [B, h, w, K].
 * @param truth.target - [B, h, w, K].
 * @param truth.weights - [B, K], 0 or 1.
 * @see Xiao et al. 2018, arXiv:1804.06208, section 3.
 */
export function heatmapLoss(
  { tf }: Pick<Engine, 'tf'>,
  predicted: Tensor4D,
  { target, weights }: { readonly target: Tensor4D; readonly weights: Tensor2D },
): Scalar {
  return tf.tidy(() => {
    const [batch, joints] = weights.shape;
    const squared: Tensor = tf.squaredDifference(predicted, target);
    const weighted = squared.mul(weights.reshape([batch, 1, 1, joints]));
    return weighted.mean().mul<Scalar>(scale);
  });
}
