import type { Optimizer, Scalar } from '@limber/engine';
import type { LearningRateSchedule } from '../schedules/learning-rate-schedule.ts';
import type { Callback, HookResult } from './callback.ts';
import type { Gradients, HookArguments, StepHookArguments } from './hooks.ts';
import type { RunningTrainer } from './running-trainer.ts';
import type { TrainedModule } from './trained-module.ts';

/** What changes the weights, and how fast. */
export interface OptimizerSetup {
  readonly optimizer: Optimizer;
  readonly schedule: LearningRateSchedule;
}

type WaitingHooks<Batch> = {
  [Name in keyof HookArguments<Batch>]?: (
    trainer: RunningTrainer,
    ...rest: HookArguments<Batch>[Name]
  ) => HookResult<Name>;
};

type StepHooks = {
  [Name in keyof StepHookArguments]?: (
    trainer: RunningTrainer,
    ...rest: StepHookArguments[Name]
  ) => void;
};

/** A module as far as every stage needs it: its weights and its hooks. */
export interface HookedModule<Batch> extends TrainedModule, WaitingHooks<Batch>, StepHooks {
  /** Callbacks that this module brings along to a fit, after those of the Trainer. */
  configureCallbacks?(): readonly Callback<Batch>[];
}

/** What `Trainer.validate` needs. */
export interface ValidationModule<Batch> extends HookedModule<Batch> {
  /** Runs inside `tf.tidy`; `trainer.log` is averaged over the pass. */
  validationStep(batch: Batch, batchIndex: number, trainer: RunningTrainer): void;
  /** Before a validation pass, and after it: Lightning's place to switch between evaluating and training. */
  onValidationModelEval?(trainer: RunningTrainer): void;
  onValidationModelTrain?(trainer: RunningTrainer): void;
}

/** What `Trainer.test` needs. */
export interface TestModule<Batch> extends HookedModule<Batch> {
  /** Runs inside `tf.tidy`; `trainer.log` is averaged over the pass. */
  testStep(batch: Batch, batchIndex: number, trainer: RunningTrainer): void;
  onTestModelEval?(trainer: RunningTrainer): void;
  onTestModelTrain?(trainer: RunningTrainer): void;
}

/**
 * What `Trainer.predict` needs.
 *
 * @typeParam Prediction - what a step gives for one batch.
 */
export interface PredictionModule<Batch, Prediction> extends HookedModule<Batch> {
  /** Runs inside `tf.tidy`: what it returns holds no tensors. */
  predictStep(batch: Batch, batchIndex: number, trainer: RunningTrainer): Prediction;
  onPredictModelEval?(trainer: RunningTrainer): void;
  onPredictModelTrain?(trainer: RunningTrainer): void;
}

/**
 * What is trained: Lightning's `LightningModule`, as an interface.
 *
 * @typeParam Batch - what the data source yields.
 */
export interface TrainingModule<Batch>
  extends HookedModule<Batch>, Partial<ValidationModule<Batch>> {
  readonly weights: TrainedModule['weights'];
  /** Downloads or unpacks what the data need. */
  prepareData?(): void | Promise<void>;
  /** Makes weights that depend on the data; after `setup`, before the optimizer. */
  configureModel?(): void | Promise<void>;
  /** `trainer.estimatedSteppingBatches` is known by then. */
  configureOptimizers(trainer: RunningTrainer): OptimizerSetup;
  /** The loss of one batch; runs inside `tf.tidy` and under the gradient tape, so it cannot wait. */
  trainingStep(batch: Batch, batchIndex: number, trainer: RunningTrainer): Scalar;
  /** In place of the Trainer's clipping by `gradientClipVal`. Runs inside `tf.tidy`. */
  configureGradientClipping?(gradients: Gradients, trainer: RunningTrainer): Gradients;
  /** Stands around the optimizer's step: nothing is updated unless it calls `step`. Runs inside `tf.tidy`. */
  optimizerStep?(step: () => void, trainer: RunningTrainer): void;
}
