import type { Engine, Tensor } from '@limber/engine';

/**
 * One step of an exponential moving average: `decay * average + (1 - decay) * weight`.
 *
 * @returns a new tensor; the caller disposes both.
 * @see Polyak and Juditsky 1992; decay as in Tarvainen and Valpola 2017, arXiv:1703.01780.
 */
export function updateEma({ tf }: Engine, average: Tensor, weight: Tensor, decay: number): Tensor {
  return tf.tidy(() => tf.add(tf.mul(average, decay), tf.mul(weight, 1 - decay)));
}
