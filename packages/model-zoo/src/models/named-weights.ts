import type { LayersModel, Tensor } from '@limber/engine';

/** One weight of a model. */
export interface NamedWeight {
  /** Layer and role, such as `backbone.conv1/kernel`: the same in every process and for every copy of a model. */
  readonly name: string;
  readonly shape: readonly number[];
  /** False for the running mean and variance of a batch norm. */
  readonly isTrainable: boolean;
  /** The variable itself; do not dispose it. */
  readonly read: () => Tensor;
  /** Copies a tensor of the same shape into the variable. */
  readonly write: (value: Tensor) => void;
}

/** All weights of a model in the order of its layers, under stable names. */
export function namedWeights(model: LayersModel): NamedWeight[] {
  return model.weights.map((weight) => ({
    // `name` gets a suffix where the process has built the layer before; `originalName` never does
    name: weight.originalName,
    shape: weight.shape as number[],
    isTrainable: weight.trainable,
    read: () => weight.read(),
    write: (value) => {
      weight.write(value);
    },
  }));
}
