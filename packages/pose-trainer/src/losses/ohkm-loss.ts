import type { Engine, Scalar, Tensor, Tensor2D, Tensor4D } from '@limber/engine';
import { heatmapLossScale } from './loss-scale.ts';

/** MMPose's `topk` (Chen et al. 2018, section 3.4: the best of 4 to 17). */
const hardestJoints = 8;

/**
 * Squared error of heatmaps of each person's hardest joints (online hard keypoint mining): 500 x the mean over the persons of
 * the mean of their 8 largest errors, each the mean over h x w of weight x (predicted - target)².
 *
 * A joint of weight 0 has the error 0. With fewer than 8 joints all of them count.
 *
 * @param predicted - [B, h, w, K].
 * @param truth.target - [B, h, w, K].
 * @param truth.weights - [B, K], 0 or 1.
 * @see Chen et al. 2018, arXiv:1711.07319, section 3.4; MMPose `KeypointOHKMMSELoss`.
 */
export function ohkmLoss(
  { tf }: Pick<Engine, 'tf'>,
  predicted: Tensor4D,
  { target, weights }: { readonly target: Tensor4D; readonly weights: Tensor2D },
): Scalar {
  return tf.tidy(() => {
    const count = Math.min(hardestJoints, weights.shape[1]);
    const squared: Tensor = tf.squaredDifference(predicted, target);
    const errors = squared.mean([1, 2]).mul(weights);
    const hardest = hardestOf({ tf }, errors, count);
    return errors.mul(hardest).sum(1).div(count).mean().mul<Scalar>(heatmapLossScale);
  });
}

/** [B, K]: 1 for the `count` largest errors of each row. Which they are has no gradient. */
function hardestOf({ tf }: Pick<Engine, 'tf'>, errors: Tensor, count: number): Tensor {
  const [batch, joints] = errors.shape as [number, number];
  return tf.customGrad((values) => {
    const { indices } = tf.topk(values as Tensor, count);
    const value = tf.oneHot(indices, joints).sum(1).toFloat();
    return { value, gradFunc: () => tf.zeros([batch, joints]) };
  })(errors);
}
