import type { Engine, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@limber/engine';
import type { Size } from '@limber/keypoints';

/** Where joints are, and how far off they may be. */
interface OksTruth {
  /** [B, 1, K, 2]: x and y as fractions of the input's sides. */
  readonly target: Tensor4D;
  /** [B, K], 0 or 1. */
  readonly weights: Tensor2D;
  /** [B]: of the persons, in square input pixels. */
  readonly areas: Tensor1D;
  /** [K], of the skeleton. */
  readonly sigmas: readonly number[];
  readonly inputSize: Size;
}

/** A person is no smaller than a pixel. */
const smallestArea = 1;

/**
 * 1 - OKS, COCO's measure of how near predicted joints are: the mean over the persons of whom a joint has weight 1; 0 if
 * there are none.
 *
 * OKS is the mean over a person's joints of weight 1 of exp(-d² / (2 area (2 sigma)²)). Its gradient fades far from the joint: it is
 * for models that have learned already, or for the last epochs.
 *
 * @param predicted - [B, 1, K, 4], of which the first two numbers are x and y as fractions of the input's sides.
 * @see Maji et al. 2022, arXiv:2204.06806, section 3.4; MMPose `OKSLoss`.
 */
export function oksLoss(
  { tf }: Pick<Engine, 'tf'>,
  predicted: Tensor4D,
  { target, weights, areas, sigmas, inputSize }: OksTruth,
): Scalar {
  return tf.tidy(() => {
    const [batch, joints] = weights.shape;
    const places = tf.slice(predicted, [0, 0, 0, 0], [batch, 1, joints, 2]);
    const sides = tf.tensor1d([inputSize.width, inputSize.height]);
    const squaredPx: Tensor = places.sub(target).mul(sides).square();
    const distances = squaredPx.sum(3).reshape([batch, joints]);
    const scale = areas.maximum(smallestArea).reshape([batch, 1]).mul(2);
    const tolerances = tf.tensor1d(sigmas.map((sigma) => (2 * sigma) ** 2)).mul(scale);
    const similarities = distances.div(tolerances).neg().exp();
    const counts = weights.sum(1);
    const oks = similarities.mul(weights).sum(1).div(counts.maximum(1));
    const isLabelled = counts.minimum(1);
    return tf.sub(1, oks).mul(isLabelled).sum().div<Scalar>(isLabelled.sum().maximum(1));
  });
}
