import type { NamedTensors, NamedWeight } from '@limber/engine';
import type { Json } from '../checkpoints/json.ts';
import type { Gradients, Hooks } from './hooks.ts';
import type { RunningTrainer } from './running-trainer.ts';

/** What a callback keeps in a checkpoint. */
export interface CallbackState {
  readonly values?: Json;
  readonly arrays?: NamedTensors;
}

/** Where in a fit a step is. */
export interface TrainingProgress {
  readonly epoch: number;
  /** Optimizer steps taken so far. */
  readonly step: number;
  readonly maxEpochs: number;
  /** Number of the first step of an epoch. */
  readonly firstStepOf: (epoch: number) => number;
  /** What the module's schedule says, before any callback. */
  readonly scheduledRate: (step: number) => number;
}

/** A callback that keeps checkpoints, such as ModelCheckpoint: where `ckptPath: 'best' | 'last'` looks. */
export interface CheckpointKeeper {
  readonly dirpath: string;
  /** The metric that decides which is the best; null: the newest is the best. */
  readonly monitor: string | null;
  /** null before the first. */
  readonly bestModelPath: string | null;
}

/**
 * A record of hooks. Callbacks run in the order of the array, each before the module's own hook; those with
 * `onSafePoint` come after the others.
 */
export interface Callback<Batch = unknown> extends Hooks<Batch> {
  /** What its state is found by in a checkpoint; one callback each. Needed with `stateDict`. */
  readonly stateKey?: string;
  stateDict?(): CallbackState | Promise<CallbackState>;
  /** Called after the weights were restored, before `onFitStart`. */
  loadStateDict?(state: CallbackState, trainer: RunningTrainer): void | Promise<void>;
  /** What it keeps, if it keeps checkpoints. */
  readonly kept?: CheckpointKeeper;
  /**
   * Batches of one optimizer step in an epoch, in place of the flag. A pure function, so that the steps of the whole fit
   * are known before it begins.
   */
  accumulateGradBatches?(epoch: number): number;
  /** Whether a weight is left as it is in an epoch: no gradient is computed for it. A pure function. */
  isFrozen?(weight: NamedWeight, epoch: number): boolean;
  /** Changes the schedule's learning rate. A function of its arguments and of what `stateDict` keeps. */
  adaptLearningRate?(learningRate: number, at: TrainingProgress): number;
  /**
   * Sees the clipped gradients of a step just before the optimizer does, within `tf.tidy`.
   *
   * @returns those that the optimizer is given; a weight without one is left alone.
   */
  transformGradients?(gradients: Gradients, at: TrainingProgress): Gradients;
}
