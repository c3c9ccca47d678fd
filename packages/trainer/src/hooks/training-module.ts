import type { Optimizer, Scalar, Variable } from '@limber/engine';
import type { LearningRateSchedule } from '../schedules/learning-rate-schedule.ts';
import type { Callback } from './callback.ts';
import type { Gradients, Hooks } from './hooks.ts';
import type { RunningTrainer } from './running-trainer.ts';
import type { TrainedModule } from './trained-module.ts';

/** What changes the weights, and how fast. */
export interface OptimizerSetup {
  readonly optimizer: Optimizer;
  readonly schedule: LearningRateSchedule;
}

/** Weights with an optimizer and a learning rate of their own: PyTorch's parameter group, or its own optimizer. */
export interface ParameterGroup extends OptimizerSetup {
  /** Its learning rate is logged as `lr/<name>`, its slots are found by it in a checkpoint. */
  readonly name: string;
  /** Those that the optimizer was created with. */
  readonly variables: readonly Variable[];
}

/** A pass over batches that trains nothing, as the names of its hooks say it. */
export type PassName = 'Validation' | 'Test' | 'Predict';

/** Before a pass, and after it: Lightning's place to switch between evaluating and training. */
type ModelSwitches = {
  [Name in `on${PassName}Model${'Eval' | 'Train'}`]?: (trainer: RunningTrainer) => void;
};

/** A module as far as every stage needs it: its weights and its hooks. */
export interface HookedModule<Batch> extends TrainedModule, Hooks<Batch>, ModelSwitches {
  /** Callbacks that this module brings along to a fit, after those of the Trainer. */
  configureCallbacks?(): readonly Callback<Batch>[];
}

/** What `Trainer.validate` needs. */
export interface ValidationModule<Batch> extends HookedModule<Batch> {
  /**
   * Runs inside `tidyAsync`, so it may wait for numbers: what it makes after it first waits it disposes itself.
   * `trainer.log` is averaged over the pass.
   */
  validationStep(batch: Batch, batchIndex: number, trainer: RunningTrainer): void | Promise<void>;
}

/** What `Trainer.test` needs. */
export interface TestModule<Batch> extends HookedModule<Batch> {
  /** As {@link ValidationModule.validationStep}. */
  testStep(batch: Batch, batchIndex: number, trainer: RunningTrainer): void | Promise<void>;
}

/**
 * What `Trainer.predict` needs.
 *
 * @typeParam Prediction - what a step gives for one batch.
 */
export interface PredictionModule<Batch, Prediction> extends HookedModule<Batch> {
  /** Runs inside `tidyAsync`, so it may wait: what it returns holds no tensors. */
  predictStep(
    batch: Batch,
    batchIndex: number,
    trainer: RunningTrainer,
  ): Prediction | Promise<Prediction>;
}

/**
 * What is trained: Lightning's `LightningModule`, as an interface.
 *
 * @typeParam Batch - what the data source yields.
 */
export interface TrainingModule<Batch>
  extends HookedModule<Batch>, Partial<Pick<ValidationModule<Batch>, 'validationStep'>> {
  /** Downloads or unpacks what the data need. */
  prepareData?(): void | Promise<void>;
  /** Creates weights that depend on the data; after `setup`, before the optimizer. */
  configureModel?(): void | Promise<void>;
  /** One optimizer, or several that step together. `trainer.estimatedSteppingBatches` is known by then. */
  configureOptimizers(trainer: RunningTrainer): OptimizerSetup | readonly ParameterGroup[];
  /** The loss of one batch; runs inside `tf.tidy` and under the gradient tape, so it cannot wait. */
  trainingStep(batch: Batch, batchIndex: number, trainer: RunningTrainer): Scalar;
  /** In place of the Trainer's clipping by `gradientClipVal`. Runs inside `tf.tidy`. */
  configureGradientClipping?(gradients: Gradients, trainer: RunningTrainer): Gradients;
  /** Stands around the optimizer's step: nothing is updated unless it calls `step`. Runs inside `tf.tidy`. */
  optimizerStep?(step: () => void, trainer: RunningTrainer): void;
}
