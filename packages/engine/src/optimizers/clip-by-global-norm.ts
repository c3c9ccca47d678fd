import { LimberError } from '@limber/files';
import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';

/** Added to the norm before dividing, as in PyTorch's `clip_grad_norm_`. */
const normEpsilon = 1e-6;

/**
 * Scales gradients together so that the norm of all of them is at most `maxNorm`.
 *
 * @param maxNorm - largest norm, > 0.
 * @returns new gradients by the same names, and the norm before scaling; the caller disposes them.
 * @see Pascanu et al. 2013, arXiv:1211.5063; coefficient as in PyTorch: min(1, maxNorm / (norm + 1e-6)).
 */
export function clipByGlobalNorm(
  engine: Engine,
  gradients: Readonly<Record<string, Tensor>>,
  maxNorm: number,
): { gradients: Record<string, Tensor>; norm: Scalar } {
  if (!(maxNorm > 0)) {
    const problem = { where: 'maxNorm', what: '', expected: 'a number above 0', got: `${maxNorm}` };
    throw new LimberError('invalid-argument', problem);
  }
  const { tf } = engine;
  return tf.tidy(() => {
    const squares = Object.values(gradients).map((gradient) => sumOfSquares(engine, gradient));
    const norm = tf.sqrt(squares.length === 0 ? tf.scalar(0) : tf.addN(squares)) as Scalar;
    const coefficient = tf.minimum(1, tf.div(maxNorm, norm.add(normEpsilon)));
    const clipped = Object.fromEntries(
      Object.entries(gradients).map(([name, gradient]) => [name, gradient.mul(coefficient)]),
    );
    return { gradients: clipped, norm };
  });
}

/** TensorFlow's L2Loss is half the sum of squares in one pass, without a tensor of squares. */
function sumOfSquares({ native, tf }: Engine, gradient: Tensor): Tensor {
  if (native === null) return gradient.square().sum();
  const { TF_ATTR_TYPE, TF_FLOAT } = native.binding;
  const type = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
  return native.executeSingleOutput('L2Loss', [type], [gradient]).mul(tf.scalar(2));
}
