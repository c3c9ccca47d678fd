import type { Engine, NamedWeight, Tensor, Tensor2D } from '@limber/engine';
import { createRandom } from '@limber/keypoints';

/** Of how the errors of joints are distributed: two numbers a joint, along x and y. */
export interface RealNvp {
  readonly weights: readonly NamedWeight[];
  /** @param errors - [N, 2]. @returns [N], the logarithm of how likely each is. */
  logProbability(errors: Tensor2D): Tensor;
  dispose(): void;
}

/** Which of the two numbers each coupling layer leaves as it is. */
const keptByLayer = [1, 0, 1, 0, 1, 0] as const;
const hiddenWidth = 64;
/** Inputs and outputs of the dense layers of a network. */
const widths = [2, hiddenWidth, hiddenWidth, 2] as const;
/** PyTorch's `LeakyReLU`. */
const leak = 0.01;
/** The first kernels are nearly 0, so that the flow starts near the normal distribution itself. */
const firstGain = 0.01;

/** The networks of a coupling layer. */
const roles = ['s', 't'] as const;

/**
 * A normalizing flow of six coupling layers from the errors to a standard normal distribution, each with a network for
 * the scale and one for the shift: MMPose's `RealNVP` as RLE uses it, with first biases of 0.
 *
 * @param seed - names the first kernels.
 * @see Dinh et al. 2017, arXiv:1605.08803; Li et al. 2021, arXiv:2107.11291, appendix.
 */
export function createRealNvp({ tf }: Pick<Engine, 'tf'>, seed: number): RealNvp {
  const weights = keptByLayer.flatMap((_, layer) =>
    roles.flatMap((role) =>
      widths.slice(1).flatMap((outputs, index) => {
        const inputs = widths[index]!;
        const name = `rle.flow.${role}.${layer}.${index * 2}`;
        const limit = firstGain * Math.sqrt(6 / (inputs + outputs));
        const random = createRandom(seed, name);
        const kernel = Float32Array.from({ length: inputs * outputs }, () =>
          random.uniform(-limit, limit),
        );
        const variable = (values: Tensor): NamedWeight['variable'] => {
          const made = tf.variable(values);
          values.dispose();
          return made;
        };
        return [
          {
            name: `${name}/kernel`,
            variable: variable(tf.tensor(kernel, [inputs, outputs])),
            isTrainable: true,
          },
          { name: `${name}/bias`, variable: variable(tf.zeros([outputs])), isTrainable: true },
        ];
      }),
    ),
  );
  const byName = new Map(weights.map(({ name, variable }) => [name, variable]));

  const network = (role: 's' | 't', layer: number, input: Tensor2D): Tensor2D => {
    let values = input;
    for (let index = 0; index < widths.length - 1; index++) {
      const name = `rle.flow.${role}.${layer}.${index * 2}`;
      const kernel = byName.get(`${name}/kernel`)! as unknown as Tensor2D;
      values = tf.matMul(values, kernel).add(byName.get(`${name}/bias`)!);
      if (index < widths.length - 2) values = tf.leakyRelu(values, leak);
    }
    return role === 's' ? tf.tanh(values) : values;
  };

  return {
    weights,
    logProbability: (errors) =>
      tf.tidy(() => {
        let z: Tensor2D = errors;
        let logDeterminant: Tensor = tf.zeros([errors.shape[0]]);
        for (let layer = keptByLayer.length - 1; layer >= 0; layer--) {
          const keeps = keptByLayer[layer]!;
          const kept = tf.tensor1d([1 - keeps, keeps]);
          const changed = tf.sub(1, kept);
          const fixed = z.mul<Tensor2D>(kept);
          const scale = network('s', layer, fixed).mul<Tensor2D>(changed);
          const shift = network('t', layer, fixed).mul<Tensor2D>(changed);
          z = z.sub(shift).mul(scale.neg().exp()).mul(changed).add<Tensor2D>(fixed);
          logDeterminant = logDeterminant.sub(scale.sum(1));
        }
        // of the standard normal distribution in two dimensions
        const logNormal = z
          .square()
          .sum(1)
          .mul(-0.5)
          .sub(Math.log(2 * Math.PI));
        return logNormal.add(logDeterminant);
      }),
    dispose: () => {
      for (const { variable } of weights) variable.dispose();
    },
  };
}
