import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import type { ResolvedOptimizerConfig } from './optimizer-config.ts';
import { slotsOfType } from './optimizer-state.ts';
import type { Updates, UpdateStep } from './updates.ts';

/** Updates by operations of TensorFlow.js, for backends whose tensors JavaScript cannot reach: slots stay on the device. */
export function createComposedUpdates(
  { tf }: Engine,
  variables: readonly Variable[],
  config: ResolvedOptimizerConfig,
): Updates {
  const slots = new Map<Variable, Record<string, Tensor>>(
    variables.map((variable) => [
      variable,
      Object.fromEntries(
        slotsOfType[config.type].map((name) => [name, tf.keep(tf.zeros(variable.shape))]),
      ),
    ]),
  );
  const replace = (variable: Variable, values: Readonly<Record<string, Tensor>>): void => {
    const own = slots.get(variable)!;
    for (const [name, value] of Object.entries(values)) {
      own[name]!.dispose();
      own[name] = tf.keep(value);
    }
  };
  return {
    begin: (step) => {
      const compute =
        config.type === 'sgd'
          ? momentumUpdate({ tf }, step, config)
          : adamUpdate({ tf }, step, config);
      return {
        add: (variable, gradient, weightDecay) =>
          tf.tidy(() => {
            const updated = compute({
              weight: variable,
              gradient,
              slots: slots.get(variable)!,
              weightDecay,
            });
            replace(variable, updated.slots);
            variable.assign(updated.weight);
          }),
        end: () => {},
      };
    },
    async readSlots(variable) {
      const values: Record<string, Float32Array> = {};
      for (const [name, slot] of Object.entries(slots.get(variable)!)) {
        values[name] = (await slot.data<'float32'>()).slice();
      }
      return values;
    },
    writeSlots(variable, values) {
      const tensors = Object.keys(slots.get(variable)!).map(
        (name) => [name, tf.tensor(values[name]!.slice(), variable.shape)] as const,
      );
      replace(variable, Object.fromEntries(tensors));
    },
    dispose() {
      for (const own of slots.values()) tf.dispose(own);
      slots.clear();
    },
  };
}

/** A variable, and what its update is made of. */
interface VariableStep {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
  /** 0 if it does not decay. */
  readonly weightDecay: number;
}

interface Updated {
  readonly weight: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
}

type Update = (of: VariableStep) => Updated;

/** The numbers of a step go to the device once, not once for each variable: call it within `tf.tidy`. */
function adamUpdate(
  { tf }: Pick<Engine, 'tf'>,
  { step, learningRate }: UpdateStep,
  { betas, epsilon, type }: ResolvedOptimizerConfig,
): Update {
  const [beta1, beta2] = betas;
  const [keptMean, newMean] = [tf.scalar(beta1), tf.scalar(1 - beta1)];
  const [keptSquare, newSquare] = [tf.scalar(beta2), tf.scalar(1 - beta2)];
  const rate = tf.scalar(learningRate / (1 - beta1 ** step));
  const correction = tf.scalar(1 / Math.sqrt(1 - beta2 ** step));
  const smallest = tf.scalar(epsilon);
  const isDecoupled = type === 'adamw';
  const scaled = (tensor: Tensor, factor: Scalar): Tensor => tf.mul(tensor, factor);
  return ({ weight, gradient, slots, weightDecay }) => {
    const g =
      isDecoupled || weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
    const m = tf.add(scaled(slots['m']!, keptMean), scaled(g, newMean));
    const v = tf.add(scaled(slots['v']!, keptSquare), scaled(tf.square(g), newSquare));
    const change = tf.div(scaled(m, rate), tf.add(scaled(tf.sqrt(v), correction), smallest));
    const kept =
      isDecoupled && weightDecay !== 0 ? tf.mul(weight, 1 - learningRate * weightDecay) : weight;
    return { weight: tf.sub(kept, change), slots: { m, v } };
  };
}

function momentumUpdate(
  { tf }: Pick<Engine, 'tf'>,
  { learningRate }: UpdateStep,
  { momentum, nesterov }: ResolvedOptimizerConfig,
): Update {
  const [rate, factor] = [tf.scalar(learningRate), tf.scalar(momentum)];
  return ({ weight, gradient, slots, weightDecay }) => {
    const g = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(weight, weightDecay));
    const sum = tf.add(tf.mul(slots['momentum']!, factor), g);
    const direction = nesterov ? tf.add(g, tf.mul(sum, factor)) : sum;
    return { weight: tf.sub(weight, tf.mul(direction, rate)), slots: { momentum: sum } };
  };
}
