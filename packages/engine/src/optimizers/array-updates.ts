import type { Variable } from '@tensorflow/tfjs';
import { openJavascriptHeap, openWasmHeap } from '../array-kernels/heap.ts';
import type { Engine } from '../engine.ts';
import type { ResolvedOptimizerConfig } from './optimizer-config.ts';
import type { SlotValues } from './optimizer-state.ts';
import { slotsOfType } from './optimizer-state.ts';
import type { Updates, UpdateStep } from './updates.ts';

/** Updates in TypeScript, for backends without TensorFlow's update kernels: one pass over weight, slots and gradient. */
export function createArrayUpdates(
  { tf, wasm }: Engine,
  variables: readonly Variable[],
  config: ResolvedOptimizerConfig,
): Updates {
  const heap = wasm === null ? openJavascriptHeap(tf.backend()) : openWasmHeap(wasm);
  const slots = new Map<Variable, SlotValues>(
    variables.map((variable) => [
      variable,
      Object.fromEntries(
        slotsOfType[config.type].map((name) => [name, new Float32Array(variable.size)]),
      ),
    ]),
  );
  return {
    begin: (step) => ({
      add: (variable, gradient, weightDecay) => {
        // never in place: the backend keeps what it made of a weight until that is replaced
        const value = heap.allocate(variable.shape);
        const arrays = {
          weight: heap.floats(variable),
          gradient: heap.floats(gradient),
          value: heap.floats(value),
          slots: slots.get(variable)!,
        };
        if (config.type === 'sgd') updateByMomentum(arrays, { ...step, weightDecay }, config);
        else updateByAdam(arrays, { ...step, weightDecay }, config);
        variable.assign(tf.engine().makeTensorFromTensorInfo(value));
      },
      end: () => {},
    }),
    readSlots: (variable) =>
      Promise.resolve(
        Object.fromEntries(
          Object.entries(slots.get(variable)!).map(([name, values]) => [name, values.slice()]),
        ),
      ),
    writeSlots(variable, values) {
      for (const [name, slot] of Object.entries(slots.get(variable)!)) slot.set(values[name]!);
    },
    dispose: () => slots.clear(),
  };
}

/** The arrays of one variable; `value` is filled. */
interface VariableArrays {
  readonly weight: Float32Array;
  readonly gradient: Float32Array;
  readonly value: Float32Array;
  readonly slots: SlotValues;
}

interface VariableStep extends UpdateStep {
  /** 0 if it does not decay. */
  readonly weightDecay: number;
}

function updateByAdam(
  { weight, gradient, value, slots }: VariableArrays,
  { step, learningRate, weightDecay }: VariableStep,
  { betas, epsilon, type }: ResolvedOptimizerConfig,
): void {
  const [beta1, beta2] = betas;
  const m = slots['m']!;
  const v = slots['v']!;
  const isDecoupled = type === 'adamw';
  const kept = isDecoupled ? 1 - learningRate * weightDecay : 1;
  const coupledDecay = isDecoupled ? 0 : weightDecay;
  const rate = learningRate / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  for (let index = 0; index < value.length; index += 1) {
    const w = weight[index]!;
    const g = gradient[index]! + coupledDecay * w;
    const mean = beta1 * m[index]! + (1 - beta1) * g;
    const square = beta2 * v[index]! + (1 - beta2) * g * g;
    m[index] = mean;
    v[index] = square;
    value[index] = kept * w - (rate * mean) / (Math.sqrt(square) * correction + epsilon);
  }
}

function updateByMomentum(
  { weight, gradient, value, slots }: VariableArrays,
  { learningRate, weightDecay }: VariableStep,
  { momentum, nesterov }: ResolvedOptimizerConfig,
): void {
  const sums = slots['momentum']!;
  for (let index = 0; index < value.length; index += 1) {
    const w = weight[index]!;
    const g = gradient[index]! + weightDecay * w;
    const sum = momentum * sums[index]! + g;
    sums[index] = sum;
    value[index] = w - learningRate * (nesterov ? g + momentum * sum : sum);
  }
}
