import type { NamedWeight } from '@limber/engine';

/** What a callback sees of the module, whatever its batches are. */
export interface TrainedModule {
  /** All that a checkpoint must hold, trainable or not. */
  readonly weights: readonly NamedWeight[];
}
