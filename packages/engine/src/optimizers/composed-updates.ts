import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import type { ResolvedOptimizerConfig } from './optimizer-config.ts';
import type { Updates, UpdateStep } from './updates.ts';
import { slotsOfType } from './optimizer-state.ts';

/** Updates composed of ordinary tfjs operations, for backends without TensorFlow's update kernels. */
export function createComposedUpdates(
  engine: Engine,
  variables: readonly Variable[],
  config: ResolvedOptimizerConfig,
): Updates {
  const { tf } = engine;
  const slots = new Map<Variable, Record<string, Tensor>>();
  for (const variable of variables) {
    const names = slotsOfType[config.type];
    slots.set(
      variable,
      Object.fromEntries(names.map((name) => [name, tf.keep(tf.zeros(variable.shape))])),
    );
  }
  const replace = (variable: Variable, name: string, value: Tensor): void => {
    const own = slots.get(variable)!;
    own[name]!.dispose();
    own[name] = tf.keep(value);
  };
  return {
    begin: (step) => (variable, gradient, weightDecay) => {
      const update = { ...step, variable, gradient, weightDecay, slots: slots.get(variable)! };
      const { changed, value } =
        config.type === 'sgd' ? momentumUpdate(update, config) : adamUpdate(update, config);
      variable.assign(value);
      for (const [name, slot] of Object.entries(changed)) replace(variable, name, slot);
    },
    async readSlots(variable) {
      const values: Record<string, Float32Array> = {};
      for (const [name, slot] of Object.entries(slots.get(variable)!)) {
        values[name] = Float32Array.from(await slot.data());
      }
      return values;
    },
    writeSlots(variable, values) {
      for (const [name, data] of Object.entries(values)) {
        replace(variable, name, tf.tensor(data.slice(), variable.shape));
      }
    },
    dispose() {
      for (const own of slots.values()) tf.dispose(own);
    },
  };
}

interface UpdateResult {
  readonly value: Tensor;
  readonly changed: Readonly<Record<string, Tensor>>;
}

interface VariableUpdate extends UpdateStep {
  readonly variable: Variable;
  readonly gradient: Tensor;
  readonly weightDecay: number;
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** Weight decay as PyTorch's Adam and SGD do it: part of the gradient. */
function coupled({ variable, gradient, weightDecay }: VariableUpdate): Tensor {
  return weightDecay === 0 ? gradient : gradient.add(variable.mul(weightDecay));
}

function adamUpdate(update: VariableUpdate, config: ResolvedOptimizerConfig): UpdateResult {
  const [beta1, beta2] = config.betas;
  const { step, learningRate, weightDecay, variable, slots } = update;
  const isDecoupled = config.type === 'adamw';
  const g = isDecoupled ? update.gradient : coupled(update);
  const m = slots['m']!.mul(beta1).add(g.mul(1 - beta1));
  const v = slots['v']!.mul(beta2).add(g.square().mul(1 - beta2));
  const corrected = v
    .sqrt()
    .div(Math.sqrt(1 - beta2 ** step))
    .add(config.epsilon);
  const decayed = isDecoupled ? variable.mul(1 - learningRate * weightDecay) : variable;
  const value = decayed.sub(m.div(corrected).mul(learningRate / (1 - beta1 ** step)));
  return { value, changed: { m, v } };
}

function momentumUpdate(
  update: VariableUpdate,
  { momentum, nesterov }: ResolvedOptimizerConfig,
): UpdateResult {
  const { learningRate, slots, variable } = update;
  const gradient = coupled(update);
  const sum = slots['momentum']!.mul(momentum).add(gradient);
  const direction = nesterov ? gradient.add(sum.mul(momentum)) : sum;
  return { value: variable.sub(direction.mul(learningRate)), changed: { momentum: sum } };
}
