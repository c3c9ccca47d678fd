import type { NamedArrays } from '../checkpoints/named-arrays.ts';
import type { HookArguments, StepHookArguments } from './hooks.ts';
import type { RunningTrainer } from './running-trainer.ts';
import type { TrainedModule } from './trained-module.ts';
import type { Json } from '../checkpoints/json.ts';

/** What a callback keeps in a checkpoint. */
export interface CallbackState {
  readonly values?: Json;
  readonly arrays?: NamedArrays;
}

type WaitingHooks<Batch> = {
  [Name in keyof HookArguments<Batch>]?: (
    trainer: RunningTrainer,
    module: TrainedModule,
    ...rest: HookArguments<Batch>[Name]
  ) => HookResult<Name>;
};

type StepHooks = {
  [Name in keyof StepHookArguments]?: (
    trainer: RunningTrainer,
    module: TrainedModule,
    ...rest: StepHookArguments[Name]
  ) => void;
};

/** What a hook may answer. */
export type HookResult<Name> =
  | void
  | Promise<void>
  | (Name extends 'onTrainBatchStart' ? 'skip-epoch' | Promise<'skip-epoch' | void> : never);

/**
 * A record of hooks. Callbacks run in the order of the array, each before the module's own hook; those with
 * `onSafePoint` come after the others.
 */
export interface Callback<Batch = unknown> extends WaitingHooks<Batch>, StepHooks {
  /** What its state is found by in a checkpoint; one callback each. Needed with `stateDict`. */
  readonly stateKey?: string;
  stateDict?(): CallbackState;
  /** Called after the weights were restored. */
  loadStateDict?(state: CallbackState): void | Promise<void>;
}
