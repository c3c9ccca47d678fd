import { LimberError } from '@limber/files';
import type { Variable } from '@tensorflow/tfjs';
import type { NamedTensors, TensorData } from '../weights/tensor-data.ts';
import { sizeOfShape } from '../weights/tensor-data.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** A variable's slots by name; a slot that was never updated is all zeros. */
export type SlotValues = Readonly<Record<string, Float32Array>>;

/** The slots each type of optimizer keeps for a variable. */
export const slotsOfType: Readonly<Record<OptimizerConfig['type'], readonly string[]>> = {
  adam: ['m', 'v'],
  adamw: ['m', 'v'],
  sgd: ['momentum'],
};

/**
 * Entry that counts the updates. Adam's beta powers are powers by this number, so it restores them
 * exactly; float32 counts exactly up to 2^24 = 16.7 million updates.
 */
const stepEntry = 'step';

/** Builds the state: `step`, and `<variable>/<slot>` for each slot. */
export function toState(
  step: number,
  variables: readonly Variable[],
  slots: Readonly<Record<string, SlotValues>>,
): NamedTensors {
  const state: Record<string, TensorData> = {
    [stepEntry]: { dtype: 'F32', shape: [], data: Float32Array.of(step) },
  };
  for (const { name, shape } of variables) {
    for (const [slot, data] of Object.entries(slots[name] ?? {})) {
      state[`${name}/${slot}`] = { dtype: 'F32', shape: [...shape], data };
    }
  }
  return state;
}

/**
 * Takes a state apart for the variables it is to be restored to.
 *
 * @throws {LimberError} `invalid-argument` for a missing or unknown entry, `shape-mismatch`.
 */
export function toSlotValues(
  state: NamedTensors,
  variables: readonly Variable[],
  slotNames: readonly string[],
): { step: number; slots: Record<string, SlotValues> } {
  const unknown = new Set(Object.keys(state));
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const entry = state[name];
    if (entry === undefined) {
      throw new LimberError('invalid-argument', {
        what: `Optimizer state has no "${name}"`,
        fix: 'Was it saved by another optimizer or model?',
      });
    }
    if (entry.shape.join() !== shape.join() || entry.data.length !== sizeOfShape(shape)) {
      throw new LimberError('shape-mismatch', {
        where: `Optimizer state "${name}"`,
        what: '',
        expected: `shape [${shape.join(', ')}]`,
        got: `[${entry.shape.join(', ')}] with ${entry.data.length} values`,
      });
    }
    unknown.delete(name);
    return entry.data;
  };
  const step = take(stepEntry, [])[0]!;
  const slots: Record<string, SlotValues> = {};
  for (const { name, shape } of variables) {
    slots[name] = Object.fromEntries(
      slotNames.map((slot) => [slot, take(`${name}/${slot}`, shape)]),
    );
  }
  const [first] = unknown;
  if (first !== undefined) {
    throw new LimberError('invalid-argument', {
      what: `Optimizer state has "${first}", which belongs to none of the ${variables.length} variables`,
    });
  }
  return { step, slots };
}
