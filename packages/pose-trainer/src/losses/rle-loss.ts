import type { Engine, Scalar, Tensor, Tensor2D, Tensor4D } from '@limber/engine';
import type { RealNvp } from './real-nvp.ts';

/** Keeps errors finite (MMPose `RLELoss`). */
const smallestDeviation = 1e-9;

/**
 * Residual log-likelihood: how unlikely the true places are, if errors over their deviations follow a Laplace distribution
 * that a flow corrects.
 *
 * For each joint and axis, with e = (predicted - target) / deviation: log deviation - log flow(e) + log(2 deviation) + |e|, times the
 * joint's weight; the sum over joints and axes, and the mean over persons.
 *
 * @param predicted - [B, 1, K, 4]: x, y, and two numbers whose sigmoids are the deviations, in fractions of the input's sides.
 * @param truth.target - [B, 1, K, 2].
 * @param truth.weights - [B, K], 0 or 1.
 * @see Li et al. 2021, arXiv:2107.11291, section 3; MMPose `RLELoss`.
 */
export function rleLoss(
  { tf }: Pick<Engine, 'tf'>,
  predicted: Tensor4D,
  {
    target,
    weights,
    flow,
  }: { readonly target: Tensor4D; readonly weights: Tensor2D; readonly flow: RealNvp },
): Scalar {
  return tf.tidy(() => {
    const [batch, joints] = weights.shape;
    const [places, logits] = tf.split(predicted, 2, 3) as [Tensor4D, Tensor4D];
    const deviations: Tensor = tf.sigmoid(logits);
    const errors = places.sub(target).div(deviations.add(smallestDeviation));
    const likely = flow.logProbability(errors.reshape<Tensor2D>([batch * joints, 2]));
    const ofFlow = deviations.log().sub(likely.reshape([batch, 1, joints, 1]));
    const ofLaplace = deviations.mul(2).log().add(errors.abs());
    const each = ofFlow.add(ofLaplace).mul(weights.reshape([batch, 1, joints, 1]));
    return each.sum().div<Scalar>(batch);
  });
}
