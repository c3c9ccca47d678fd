import type { Engine, Tensor } from '@limber/engine';
import type { TrainedModule } from '../hooks/trained-module.ts';

/** Weights as they were, on the device. */
export interface WeightSnapshot {
  /** Makes them the module's weights again. */
  putBack(): void;
  /** By the names of the weights. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  dispose(): void;
}

/** Copies all weights of a module. */
export function takeWeights({ tf }: Engine, { weights }: TrainedModule): WeightSnapshot {
  const tensors = new Map(weights.map(({ name, variable }) => [name, tf.keep(variable.clone())]));
  return {
    tensors,
    putBack: () => {
      for (const { name, variable } of weights) variable.assign(tensors.get(name)! as never);
    },
    dispose: () => {
      for (const tensor of tensors.values()) tensor.dispose();
      tensors.clear();
    },
  };
}
