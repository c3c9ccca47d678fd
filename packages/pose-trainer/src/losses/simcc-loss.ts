import type { Engine, Scalar, Tensor, Tensor2D, Tensor4D } from '@limber/engine';

/** How SimCC vectors are compared with their targets. */
interface SimccTruth {
  /** [B, 1, K, bins of x and of y]. */
  readonly target: Tensor4D;
  /** [B, K], 0 or 1. */
  readonly weights: Tensor2D;
  /** How many of the bins belong to x; the others are y's. */
  readonly binsX: number;
  /** What outputs, and targets that go through a softmax, are multiplied by before it. */
  readonly beta: number;
  /** Whether targets become distributions by a softmax; else they are taken as they are. */
  readonly hasLabelSoftmax: boolean;
}

/**
 * Kullback-Leibler divergence of SimCC vectors from their targets: of each joint the sum over x and y, times its weight;
 * the mean over all B x K joints.
 *
 * MMPose's `KLDiscretLoss` takes the mean over the bins and the sum over the persons: the same but for the factor B / bins.
 *
 * @param predicted - [B, 1, K, bins of x and of y]: logits, divided by `beta`.
 * @see Li et al. 2022, arXiv:2107.03332; Jiang et al. 2023, arXiv:2303.07399, section 3.2.
 */
export function simccLoss(
  { tf }: Pick<Engine, 'tf'>,
  predicted: Tensor4D,
  { target, weights, binsX, beta, hasLabelSoftmax }: SimccTruth,
): Scalar {
  return tf.tidy(() => {
    const binsY = predicted.shape[3] - binsX;
    const axesOf = (vectors: Tensor4D): Tensor[] => tf.split(vectors, [binsX, binsY], 3);
    const targets = axesOf(target);
    const divergences = axesOf(predicted).map((vectors, axis) => {
      const { shares, logarithms } = hasLabelSoftmax
        ? softmaxOf(targets[axis]!.mul(beta))
        : sharesOf({ tf }, targets[axis]!);
      const logits = tf.logSoftmax(vectors.mul(beta), 3);
      return shares.mul(logarithms.sub(logits)).sum(3);
    });
    const joints = tf.addN(divergences).reshape(weights.shape);
    return joints.mul(weights).mean<Scalar>();
  });
}

/** A distribution and its logarithms. */
interface Distribution {
  readonly shares: Tensor;
  readonly logarithms: Tensor;
}

function softmaxOf(values: Tensor): Distribution {
  const logarithms: Tensor = values.logSoftmax(3);
  return { shares: logarithms.exp(), logarithms };
}

/** 0 times any finite logarithm is 0. */
const smallestShare = 1e-30;

function sharesOf({ tf }: Pick<Engine, 'tf'>, shares: Tensor): Distribution {
  return { shares, logarithms: tf.log(tf.maximum(shares, smallestShare)) };
}
