import type { Variable } from '@tensorflow/tfjs';
import type { Engine } from '../engine.ts';
import { createAttributes, listAttributes } from '../kernels/operations.ts';
import { toFloat32 } from '../precision/to-float32.ts';
import { createResource } from './resource.ts';
import type { ResolvedOptimizerConfig } from './optimizer-config.ts';
import type { Updates, UpdateStep } from './updates.ts';
import { slotsOfType } from './optimizer-state.ts';

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
  const attributeTypes = createAttributes(native.binding);
  const entries = new Map(
    variables.map((variable) => [
      variable,
      {
        weight: createResource(native, variable.shape),
        slots: slotsOfType[config.type].map((name) => {
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
    weight.take(variable, 1);
    weight.give(variable);
  }
  return {
    begin(step) {
      const { name, scalars, usesNesterov } = updateOperation(step, config);
      const attributes = listAttributes({
        T: attributeTypes.float32,
        use_locking: attributeTypes.bool(false),
        use_nesterov: attributeTypes.bool(usesNesterov),
      });
      const constants = native.getInputTensorIds(scalars.map((value) => tf.scalar(value)));
      const isDecoupled = config.type === 'adamw';
      return (variable, gradient, weightDecay) => {
        const { weight, slots } = entries.get(variable)!;
        const plain = toFloat32(native, gradient);
        const g = isDecoupled || weightDecay === 0 ? plain : plain.add(variable.mul(weightDecay));
        weight.take(variable, isDecoupled ? 1 - step.learningRate * weightDecay : 1);
        const [gradientId = -1] = native.getInputTensorIds([g]);
        const inputs =
          config.type === 'sgd'
            ? [constants[0]!, gradientId, constants[1]!]
            : [...constants, gradientId];
        const handles = [weight.handle, ...slots.map(({ resource }) => resource.handle)];
        native.binding.executeOp(name, attributes, [...handles, ...inputs], 0);
        weight.give(variable);
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

/** The operation, and its scalar inputs in order. */
function updateOperation(
  { step, learningRate }: UpdateStep,
  config: ResolvedOptimizerConfig,
): { name: string; scalars: number[]; usesNesterov: boolean } {
  if (config.type === 'sgd') {
    return {
      name: 'ResourceApplyMomentum',
      scalars: [learningRate, config.momentum],
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
    scalars: [beta1Power, beta2Power, learningRate, beta1, beta2, epsilon],
    usesNesterov: false,
  };
}
