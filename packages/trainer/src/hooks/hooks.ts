import type { Scalar, Tensor } from '@limber/engine';
import type { CheckpointContents, SafePoint } from '../checkpoints/checkpoint.ts';
import type { RunningTrainer, Stage } from './running-trainer.ts';

/** Gradients by the name of their variable. */
export type Gradients = Readonly<Record<string, Tensor>>;

/**
 * Every hook, with its arguments after the trainer. Names and order are Lightning's; the order is on the Trainer's page and
 * pinned by a test.
 *
 * `onTrainBatchStart` may return `'skip-epoch'` (Lightning: -1) to leave out the rest of the epoch.
 */
export interface HookArguments<Batch> {
  setup: [stage: Stage];
  teardown: [stage: Stage];
  onFitStart: [];
  onFitEnd: [];
  onSanityCheckStart: [];
  onSanityCheckEnd: [];
  onTrainStart: [];
  onTrainEnd: [];
  onTrainEpochStart: [];
  onTrainEpochEnd: [];
  onTrainBatchStart: [batch: Batch, batchIndex: number];
  onTrainBatchEnd: [batch: Batch, batchIndex: number];
  /** Before the gradients of an accumulation window start from zero. Cannot wait. */
  onBeforeZeroGrad: [];
  /** Cannot wait. */
  onBeforeBackward: [loss: Scalar];
  /** Cannot wait. */
  onAfterBackward: [];
  /** The mean gradients of the window, not clipped yet. Do not dispose them. Cannot wait. */
  onBeforeOptimizerStep: [gradients: Gradients];
  onValidationStart: [];
  onValidationEnd: [];
  onValidationEpochStart: [];
  onValidationEpochEnd: [];
  onValidationBatchStart: [batch: Batch, batchIndex: number];
  onValidationBatchEnd: [batch: Batch, batchIndex: number];
  onTestStart: [];
  onTestEnd: [];
  onTestEpochStart: [];
  onTestEpochEnd: [];
  onTestBatchStart: [batch: Batch, batchIndex: number];
  onTestBatchEnd: [batch: Batch, batchIndex: number];
  onPredictStart: [];
  onPredictEnd: [];
  onPredictEpochStart: [];
  onPredictEpochEnd: [];
  onPredictBatchStart: [batch: Batch, batchIndex: number];
  onPredictBatchEnd: [batch: Batch, batchIndex: number];
  /**
   * Not Lightning's: everything up to here is done and logged, so a checkpoint of now continues after it. Callbacks that
   * have this hook run last of all, as Lightning's ModelCheckpoint does.
   */
  onSafePoint: [point: SafePoint];
  /** A checkpoint is about to be written; `extra` may be added to, and arrays exchanged. */
  onSaveCheckpoint: [checkpoint: CheckpointContents];
  /** A checkpoint was read; weights, optimizer and callback states follow. */
  onLoadCheckpoint: [checkpoint: CheckpointContents];
  /** The run is about to end with this error. */
  onException: [error: unknown];
}

/** The hooks within one step. They run between tensor operations, so they cannot wait. */
export type StepHookName =
  'onBeforeZeroGrad' | 'onBeforeBackward' | 'onAfterBackward' | 'onBeforeOptimizerStep';

/** The hooks that may wait. */
export type WaitingHookName = Exclude<keyof HookArguments<unknown>, StepHookName>;

/** What a hook may answer. */
type HookResult<Name> = Name extends StepHookName
  ? void
  : | void
    | Promise<void>
    | (Name extends 'onTrainBatchStart' ? 'skip-epoch' | Promise<'skip-epoch' | void> : never);

/** The hooks that a callback or a module has. */
export type Hooks<Batch> = {
  [Name in keyof HookArguments<Batch>]?: (
    trainer: RunningTrainer,
    ...rest: HookArguments<Batch>[Name]
  ) => HookResult<Name>;
};
