import type { Optimizer } from '@limber/engine';
import type { NamedWeight } from '../hooks/trained-module.ts';
import type { NamedArrays } from './named-arrays.ts';

/**
 * The slots of an optimizer, under the weights' own names: tfjs numbers its variables' names when a model is made twice.
 *
 * @returns `<weight>/<slot>`, and `step`.
 */
export async function readOptimizer(
  optimizer: Optimizer,
  weights: readonly NamedWeight[],
): Promise<NamedArrays> {
  const names = new Map(weights.map(({ name, variable }) => [variable.name, name]));
  const state = await optimizer.getState();
  return Object.fromEntries(
    Object.entries(state).map(([key, { shape, data }]) => [
      renameSlot(key, names),
      { shape, data },
    ]),
  );
}

/** Undoes {@link readOptimizer}. */
export function writeOptimizer(
  optimizer: Optimizer,
  weights: readonly NamedWeight[],
  arrays: NamedArrays,
): void {
  const names = new Map(weights.map(({ name, variable }) => [name, variable.name]));
  const entries = Object.entries(arrays).map(
    ([key, array]) => [renameSlot(key, names), { dtype: 'float32' as const, ...array }] as const,
  );
  optimizer.setState(Object.fromEntries(entries));
}

/** `variable/slot` with the variable renamed; a name without a slot, such as `step`, stays. */
function renameSlot(key: string, names: ReadonlyMap<string, string>): string {
  const cut = key.lastIndexOf('/');
  const name = names.get(key.slice(0, Math.max(cut, 0)));
  return name === undefined ? key : name + key.slice(cut);
}
