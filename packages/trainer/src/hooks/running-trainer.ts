import type { Engine } from '@limber/engine';
import type { LoggedImage } from '../loggers/logger.ts';
import type { LogOptions, MetricValue } from '../metrics/metric-collection.ts';
import type { TrainedModule } from './trained-module.ts';

/** What the Trainer was called for. */
export type Stage = 'fit' | 'validate' | 'test' | 'predict';

/** How a metric of a pass over several sources is treated. */
export interface SourceLogOptions {
  /**
   * Whether `/dataloader_idx_<n>` is appended to what is logged for a batch of one of several sources; default true. Without
   * it, one name is one metric over all of them.
   */
  readonly addDataloaderIdx?: boolean;
}

/** The Trainer as its hooks see it. */
export interface RunningTrainer {
  readonly engine: Engine;
  /** What is trained or evaluated. */
  readonly module: TrainedModule;
  readonly stage: Stage;
  /** Counted from 0. */
  readonly currentEpoch: number;
  /** Optimizer steps taken so far. */
  readonly globalStep: number;
  /** Samples trained on so far, counted by `samplesOf`. */
  readonly samplesSeen: number;
  /** Of the step that comes next; with parameter groups, that of the first. */
  readonly learningRate: number;
  /** Of the step that comes next, by the names of the parameter groups; of a single optimizer as `lr`. */
  readonly learningRates: Readonly<Record<string, number>>;
  readonly isSanityChecking: boolean;
  readonly isFastDevRun: boolean;
  /** -1: without end. */
  readonly maxEpochs: number;
  /** Whether validation comes at the end of every epoch, and nowhere else. */
  readonly validatesEveryEpoch: boolean;
  /** Batches of one epoch, after limits; 0 outside of a fit. Infinity: not known. */
  readonly numTrainingBatches: number;
  /** Batches of one validation, of all its sources, after limits; 0 if a fit has none, and outside of a fit. */
  readonly numValBatches: number;
  /** Of several sources of an evaluation, which one the current batch is from, counted from 0. */
  readonly dataloaderIdx: number;
  /** Whether the current batch is the last of its epoch. */
  readonly isLastBatch: boolean;
  /** Optimizer steps of the first epoch: of each, unless a callback changes the accumulation. Infinity: not known. */
  readonly stepsPerEpoch: number;
  /** Optimizer steps of the whole fit: the end of schedules. Infinity: without end. */
  readonly estimatedSteppingBatches: number;
  /** Whether the metrics of the current batch will go to the loggers. */
  readonly isLoggingStep: boolean;
  /** The newest value of everything that was logged. Reading it waits for the device. */
  readonly callbackMetrics: Readonly<Record<string, number>>;
  /** As `callbackMetrics`, of what was logged with `progressBar`. */
  readonly progressBarMetrics: Readonly<Record<string, number>>;
  /**
   * Whether a fit could go on exactly from a checkpoint of now: not before training has begun, nor within a step or the
   * hooks around it.
   */
  readonly canSaveCheckpoint: boolean;
  /** How long the loop has waited for training batches, in this process. */
  readonly dataWaitMs: number;
  /**
   * Logs a metric. In a training step it counts for the step, in validation for the whole pass.
   *
   * @throws {LimberError} `invalid-argument` in a hook that runs again after an interruption, such as `onTrainStart`:
   * its line would be there twice.
   */
  log(name: string, value: MetricValue, options?: LogOptions & SourceLogOptions): void;
  /** Hands an image to the loggers that take images. Allowed where `log` is. */
  logImage(name: string, image: LoggedImage): void;
  /** Hands numbers to the loggers that draw histograms. Allowed where `log` is. */
  logHistogram(name: string, values: Float32Array): void;
  /** Ends the fit after the current batch, with a last validation, or before the first one at once; not before `minEpochs` and `minSteps`. */
  stop(): void;
  /** Runs the training step over one epoch's batches without gradients and logs, so that running statistics follow the weights. */
  refreshStatistics(): Promise<void>;
  /** Writes everything that a later `fit` needs to go on from here, atomically. */
  saveCheckpoint(file: string): Promise<void>;
  /** Calls `onWarning` with something that a person should know. */
  warn(message: string): void;
}
