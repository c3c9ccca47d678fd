import type { Engine, NamedTensors, NamedWeight, Tensor, TensorData } from '@limber/engine';
import { readTensor } from '@limber/engine';

/** Averages of weights, on the device. */
export interface WeightAverages {
  readonly isEmpty: boolean;
  /** Takes arrays of a checkpoint where there are some, else the weights as they are. */
  start(engine: Engine, weights: readonly NamedWeight[], arrays?: NamedTensors): void;
  /**
   * Moves each average by `1 - decay` of the way to its weight.
   *
   * @see Polyak and Juditsky 1992; decay as in Tarvainen and Valpola 2017, arXiv:1703.01780.
   */
  update(engine: Engine, weights: readonly NamedWeight[], decay: number): void;
  /** Writes the averages into the weights that have one. */
  assignTo(weights: readonly NamedWeight[]): void;
  read(): Promise<NamedTensors>;
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
    update: ({ tf }, weights, decay) => {
      for (const { name, variable } of weights) {
        const average = averages.get(name);
        if (average === undefined) continue;
        const moved = tf.tidy(() => tf.add(tf.mul(average, decay), tf.mul(variable, 1 - decay)));
        replace(name, tf.keep(moved));
      }
    },
    assignTo: (weights) => {
      for (const { name, variable } of weights) {
        const average = averages.get(name);
        if (average !== undefined) variable.assign(average as never);
      }
    },
    read: async () => {
      const tensors: Record<string, TensorData> = {};
      for (const [name, average] of averages) tensors[name] = await readTensor(average);
      return tensors;
    },
    dispose: () => {
      for (const average of averages.values()) average.dispose();
      averages.clear();
    },
  };
}
