import type { Engine, Tensor, Tensor4D } from '@limber/engine';

/** Keeps logarithms finite. A heatmap's 1 - p is never known better than this. */
export const smallestComplement = 1e-7;
const smallestProbability = 1e-30;

/**
 * The logarithms of the odds p / (1 - p) of heatmaps between 0 and 1: what a sigmoid was taken of. Their softmax over the pixels
 * says where a joint is.
 *
 * @param heatmaps - [B, h, w, K], each in [0, 1].
 */
export function logOdds({ tf }: Pick<Engine, 'tf'>, heatmaps: Tensor4D): Tensor4D {
  return heatmaps
    .add(smallestProbability)
    .log()
    .sub(tf.sub(1 + smallestComplement, heatmaps).log());
}

/** A row of pixels for each joint: [B, h, w, K] → [B, K, h x w]. */
export function toRows(maps: Tensor4D): Tensor {
  const [batch, , , joints] = maps.shape;
  return maps.transpose([0, 3, 1, 2]).reshape([batch, joints, -1]);
}
