import type { Variable } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import { createOperations } from '../kernels/operations.ts';
import { toFloat32 } from '../precision/to-float32.ts';
import { createResource } from './resource.ts';
import type { ResolvedOptimizerConfig } from './optimizer-config.ts';
import type { Updates, UpdateStep } from './optimizer.ts';
import { SLOTS_OF_TYPE } from './optimizer-state.ts';

/**
 * Updates by TensorFlow's own operations, in place: one pass over weight, slots and gradient.
 *
 * Between updates the weight is an ordinary tfjs variable that shares its memory with TensorFlow's;
 * during one, tfjs lets go of it, so that TensorFlow is the only owner and need not copy.
 */
export function createNativeUpdates(
  engine: Engine,
  variables: readonly Variable[],
  config: ResolvedOptimizerConfig,
): Updates {
  const native = engine.native!;
  const { tf } = engine;
  const operations = createOperations(native);
  const entries = new Map(
    variables.map((variable) => [
      variable,
      {
        weight: createResource(native, variable.shape),
        slots: SLOTS_OF_TYPE[config.type].map((name) => {
          const resource = createResource(native, variable.shape);
          const zeros = tf.zeros(variable.shape);
          resource.assign(zeros);
          zeros.dispose();
          return { name, resource };
        }),
      },
    ]),
  );
  return {
    apply(variable, gradient, update) {
      const { weight, slots } = entries.get(variable)!;
      const isDecoupled = config.type === 'adamw';
      const factor = isDecoupled ? 1 - update.learningRate * update.weightDecay : 1;
      const plain = toFloat32(native, gradient);
      const g =
        isDecoupled || update.weightDecay === 0
          ? plain
          : plain.add(variable.mul(update.weightDecay));
      weight.take(variable, factor);
      const resources = [weight, ...slots.map(({ resource }) => resource)];
      const { name, scalars, flags } = updateOperation(update, config);
      const constants = scalars.map((value) => tf.scalar(value));
      const inputs = config.type === 'sgd' ? [constants[0]!, g, constants[1]!] : [...constants, g];
      native.binding.executeOp(
        name,
        [
          { name: 'T', ...operations.float32 },
          ...flags.map(([flag, value]) => ({ name: flag, ...operations.bool(value) })),
        ],
        [...resources.map(({ handle }) => handle), ...native.getInputTensorIds(inputs)],
        0,
      );
      weight.give(variable);
    },
    async readSlots(variable) {
      const values: Record<string, Float32Array> = {};
      for (const { name, resource } of entries.get(variable)!.slots) {
        const tensor = resource.read();
        values[name] = Float32Array.from(await tensor.data());
        tensor.dispose();
      }
      return values;
    },
    writeSlots(variable, values) {
      for (const { name, resource } of entries.get(variable)!.slots) {
        const tensor = tf.tensor(values[name]!.slice(), variable.shape);
        resource.assign(tensor);
        tensor.dispose();
      }
    },
    dispose() {
      for (const { weight, slots } of entries.values()) {
        weight.dispose();
        for (const { resource } of slots) resource.dispose();
      }
    },
  };
}

/** The operation, its scalar inputs in order, and its flags. */
function updateOperation(
  { step, learningRate }: UpdateStep,
  config: ResolvedOptimizerConfig,
): { name: string; scalars: number[]; flags: [string, boolean][] } {
  if (config.type === 'sgd') {
    return {
      name: 'ResourceApplyMomentum',
      scalars: [learningRate, config.momentum],
      flags: [
        ['use_locking', false],
        ['use_nesterov', config.nesterov],
      ],
    };
  }
  const [beta1, beta2] = config.betas;
  const beta1Power = beta1 ** step;
  const beta2Power = beta2 ** step;
  // TensorFlow adds epsilon before it corrects the second moment's bias, PyTorch after.
  const epsilon = config.epsilon * Math.sqrt(1 - beta2Power);
  return {
    name: 'ResourceApplyAdam',
    scalars: [beta1Power, beta2Power, learningRate, beta1, beta2, epsilon],
    flags: [
      ['use_locking', false],
      ['use_nesterov', false],
    ],
  };
}
