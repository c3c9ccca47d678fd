import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { SlotValues } from './optimizer-state.ts';

/** How one backend keeps slots and applies one update to one variable. */
export interface Updates {
  /** Begins an update of all variables. */
  begin(step: UpdateStep): RunningUpdate;
  readSlots(variable: Variable): Promise<SlotValues>;
  writeSlots(variable: Variable, values: SlotValues): void;
  dispose(): void;
}

/** What is the same for all variables of one update. */
export interface UpdateStep {
  /** Number of this update, from 1. */
  readonly step: number;
  readonly learningRate: number;
}

/** An update of which each variable is told, and then the end. */
interface RunningUpdate {
  /**
   * Updates one variable, at once or at the end: until then the gradient must live.
   *
   * @param weightDecay - of this variable, 0 if it does not decay.
   */
  add(variable: Variable, gradient: Tensor, weightDecay: number): void;
  end(): void;
}
