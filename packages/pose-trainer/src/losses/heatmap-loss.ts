import type { Engine, Scalar, Tensor, Tensor2D, Tensor4D } from '@limber/engine';
import { heatmapLossScale } from './loss-scale.ts';

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
    return weighted.mean().mul<Scalar>(heatmapLossScale);
  });
}
