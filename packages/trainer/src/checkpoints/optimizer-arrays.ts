import type { NamedTensors, NamedWeight, Optimizer } from '@limber/engine';

/**
 * The slots of an optimizer, under the weights' own names: tfjs numbers its variables' names when a model is made twice.
 *
 * @returns `<weight>/<slot>`, and `step`.
 */
export async function readOptimizer(
  optimizer: Optimizer,
  weights: readonly NamedWeight[],
): Promise<NamedTensors> {
  const names = new Map(weights.map(({ name, variable }) => [variable.name, name]));
  return renameSlots(await optimizer.getState(), names);
}

/** Undoes {@link readOptimizer}. */
export function writeOptimizer(
  optimizer: Optimizer,
  weights: readonly NamedWeight[],
  arrays: NamedTensors,
): void {
  const names = new Map(weights.map(({ name, variable }) => [name, variable.name]));
  optimizer.setState(renameSlots(arrays, names));
}

/** `variable/slot` with the variable renamed; a name without a slot, such as `step`, stays. */
function renameSlots(arrays: NamedTensors, names: ReadonlyMap<string, string>): NamedTensors {
  const renamed = Object.entries(arrays).map(([key, array]) => {
    const cut = key.lastIndexOf('/');
    const name = names.get(key.slice(0, Math.max(cut, 0)));
    return [name === undefined ? key : name + key.slice(cut), array];
  });
  return Object.fromEntries(renamed) as NamedTensors;
}
