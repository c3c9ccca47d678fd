import type { Variable } from '@limber/engine';

/** A variable under the name it has in checkpoints. */
export interface NamedWeight {
  readonly name: string;
  readonly variable: Variable;
  /** false for what is no subject of the optimizer, such as the running statistics of a batch norm. */
  readonly isTrainable: boolean;
}

/** What a callback sees of the module, whatever its batches are. */
export interface TrainedModule {
  /** All that a checkpoint must hold, trainable or not. */
  readonly weights: readonly NamedWeight[];
}
