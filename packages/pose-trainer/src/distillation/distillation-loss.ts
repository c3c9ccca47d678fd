import type { Engine, Scalar, Tensor4D } from '@limber/engine';
import { toRows } from '../losses/spatial-logits.ts';

/**
 * Kullback-Leibler divergence of where a student sees each joint from where its teacher does: of the softmaxes over the pixels,
 * of which the student's is divided by `temperature` too; the mean over all joints, times temperature².
 *
 * @param logits.student - [B, h, w, K], before the softmax.
 * @param logits.teacher - the same.
 * @see Hinton et al. 2015, arXiv:1503.02531, section 2, on the temperature's square.
 */
export function spatialDivergence(
  { tf }: Pick<Engine, 'tf'>,
  { student, teacher }: { readonly student: Tensor4D; readonly teacher: Tensor4D },
  temperature: number,
): Scalar {
  return tf.tidy(() => {
    const wanted = tf.logSoftmax(toRows(teacher).div(temperature), -1);
    const got = tf.logSoftmax(toRows(student).div(temperature), -1);
    const divergence = wanted.exp().mul(wanted.sub(got)).sum(-1);
    return divergence.mean().mul<Scalar>(temperature ** 2);
  });
}
