import type { Scalar, Tensor } from '@limber/engine';
import type { CheckpointContents, SafePoint } from '../checkpoints/checkpoint.ts';

/** What the Trainer was called for. */
export type Stage = 'fit' | 'validate' | 'test' | 'predict';

/** Gradients by weight name. */
export type Gradients = Readonly<Record<string, Tensor>>;

/**
 * Every hook that may wait, with what it is handed after the trainer. Names and order are Lightning's; the order is on
 * the Trainer's page and pinned by a test.
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
  /** A checkpoint is about to be written; `extra` may be added to. */
  onSaveCheckpoint: [checkpoint: CheckpointContents];
  /** A checkpoint was read; weights, optimizer and callback states follow. */
  onLoadCheckpoint: [checkpoint: CheckpointContents];
  /** The run is about to end with this error. */
  onException: [error: unknown];
}

/** The hooks within one step. They run between tensor operations, so they cannot wait. */
export interface StepHookArguments {
  /** Before the gradients of an accumulation window start from zero. */
  onBeforeZeroGrad: [];
  onBeforeBackward: [loss: Scalar];
  onAfterBackward: [];
  /** The mean gradients of the window, not clipped yet. Do not dispose them. */
  onBeforeOptimizerStep: [gradients: Gradients];
}

/** Every hook that may wait. */
export type HookName = keyof HookArguments<unknown>;

/** Every hook within a step. */
export type StepHookName = keyof StepHookArguments;
