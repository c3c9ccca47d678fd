import type { Engine, Tensor } from '@limber/engine';
import type { NamedArrays } from '../checkpoints/named-arrays.ts';
import type { NamedWeight } from '../hooks/trained-module.ts';
import { updateEma } from './update-ema.ts';

/** Averages of weights, on the device. */
export interface WeightAverages {
  readonly isEmpty: boolean;
  /** Takes arrays of a checkpoint where there are some, else the weights as they are. */
  start(engine: Engine, weights: readonly NamedWeight[], arrays: NamedArrays | null): void;
  /** Moves each average by `1 - decay` of the way to its weight. */
  update(engine: Engine, weights: readonly NamedWeight[], decay: number): void;
  /** Writes the averages into the weights that have one. */
  assignTo(weights: readonly NamedWeight[]): void;
  read(): Promise<NamedArrays>;
  dispose(): void;
}

/** No averages yet. */
export function createWeightAverages(): WeightAverages {
  const averages = new Map<string, Tensor>();
  const replace = (name: string, tensor: Tensor): void => {
    averages.get(name)?.dispose();
    averages.set(name, tensor);
  };
  return {
    get isEmpty() {
      return averages.size === 0;
    },
    start: ({ tf }, weights, arrays) => {
      for (const { name, variable } of weights) {
        const array = arrays?.[name];
        const first =
          array === undefined ? variable.clone() : tf.tensor(array.data, [...array.shape]);
        replace(name, tf.keep(first));
      }
    },
    update: (engine, weights, decay) => {
      for (const { name, variable } of weights) {
        const average = averages.get(name);
        if (average === undefined) continue;
        replace(name, engine.tf.keep(updateEma(engine, average, variable, decay)));
      }
    },
    assignTo: (weights) => {
      for (const { name, variable } of weights) {
        const average = averages.get(name);
        if (average !== undefined) variable.assign(average as never);
      }
    },
    read: async () => {
      const arrays: Record<string, NamedArrays[string]> = {};
      for (const [name, average] of averages) {
        arrays[name] = { shape: average.shape, data: await average.data<'float32'>() };
      }
      return arrays;
    },
    dispose: () => {
      for (const average of averages.values()) average.dispose();
      averages.clear();
    },
  };
}
