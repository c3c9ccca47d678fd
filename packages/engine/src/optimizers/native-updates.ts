import type { Variable } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import { toFloat32 } from '../precision/to-float32.ts';
import type { ResolvedOptimizerConfig } from './optimizer-config.ts';
import { slotsOfType } from './optimizer-state.ts';
import type { Resource } from './resource.ts';
import { createResource, idOf } from './resource.ts';
import { updateVariablesOneByOne } from './update-variables.ts';
import type { Updates, UpdateStep } from './updates.ts';

/** A variable's value and slots, as TensorFlow's own variables. */
interface Entry {
  readonly weight: Resource;
  readonly slots: readonly { readonly name: string; readonly resource: Resource }[];
}

/**
 * Updates by TensorFlow's own operations, in place: one pass over weight, slots and gradient, and for all variables one
 * call of the addon.
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
  const slotNames = slotsOfType[config.type];
  const entries = new Map(
    variables.map((variable): [Variable, Entry] => [
      variable,
      {
        weight: createResource(native, variable.shape),
        slots: slotNames.map((name) => {
          const resource = createResource(native, variable.shape);
          // filled by TensorFlow: zeros that tfjs makes would be arrays of JavaScript's
          const zeros = tf.fill(variable.shape, 0);
          resource.assign(zeros);
          zeros.dispose();
          return { name, resource };
        }),
      },
    ]),
  );
  for (const [variable, { weight }] of entries) {
    const { id, isReleased } = weight.take(variable);
    if (isReleased && id !== -1) native.binding.deleteTensor(id);
    weight.give(variable, weight.readId());
  }
  return {
    begin(step) {
      const { name, scalars, usesNesterov } = updateOperation(step, config);
      const idsOf = (values: readonly number[]): Int32Array =>
        Int32Array.from(native.getInputTensorIds(values.map((value) => tf.scalar(value))));
      const isDecoupled = config.type === 'adamw';
      const updated: Variable[] = [];
      const rows: number[] = [];
      const factorIds = new Map<number, number>([[1, -1]]);
      const factorId = (factor: number): number => {
        const id = factorIds.get(factor) ?? idsOf([factor])[0]!;
        factorIds.set(factor, id);
        return id;
      };
      return {
        add(variable, gradient, weightDecay) {
          const { weight, slots } = entries.get(variable)!;
          const plain = toFloat32(native, gradient);
          const g = isDecoupled || weightDecay === 0 ? plain : plain.add(variable.mul(weightDecay));
          const { id, isReleased } = weight.take(variable);
          updated.push(variable);
          rows.push(
            id,
            isReleased ? 1 : 0,
            factorId(isDecoupled ? 1 - step.learningRate * weightDecay : 1),
            idOf(native, g),
            weight.handle,
            ...slots.map(({ resource }) => resource.handle),
          );
        },
        end() {
          const update = native.binding.applyUpdates ?? updateVariablesOneByOne(native);
          const ids = update(
            name,
            {
              usesNesterov,
              before: idsOf(scalars.beforeGradient),
              after: idsOf(scalars.afterGradient),
              columns: firstSlotColumn + slotNames.length,
            },
            Int32Array.from(rows),
          );
          for (const [at, variable] of updated.entries()) {
            entries.get(variable)!.weight.give(variable, ids[at]!);
          }
        },
      };
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

/** Where the slots' handles begin in a row of `UpdateVariables`. */
const firstSlotColumn = 5;

/** The operation, and its scalar inputs in order. */
function updateOperation(
  { step, learningRate }: UpdateStep,
  config: ResolvedOptimizerConfig,
): {
  name: string;
  scalars: { beforeGradient: number[]; afterGradient: number[] };
  usesNesterov: boolean;
} {
  if (config.type === 'sgd') {
    return {
      name: 'ResourceApplyMomentum',
      scalars: { beforeGradient: [learningRate], afterGradient: [config.momentum] },
      usesNesterov: config.nesterov,
    };
  }
  const [beta1, beta2] = config.betas;
  const beta1Power = beta1 ** step;
  const beta2Power = beta2 ** step;
  // TensorFlow adds epsilon before it corrects the second moment's bias, PyTorch after.
  const epsilon = config.epsilon * Math.sqrt(1 - beta2Power);
  return {
    name: 'ResourceApplyAdam',
    scalars: {
      beforeGradient: [beta1Power, beta2Power, learningRate, beta1, beta2, epsilon],
      afterGradient: [],
    },
    usesNesterov: false,
  };
}
