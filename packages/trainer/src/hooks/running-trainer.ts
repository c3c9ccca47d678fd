import type { Engine } from '@limber/engine';
import type { LoggedImage } from '../loggers/logger.ts';
import type { LogOptions, MetricValue } from '../metrics/metric-collection.ts';
import type { Stage } from './hooks.ts';

/** What a hook sees of the Trainer that runs it. */
export interface RunningTrainer {
  readonly engine: Engine;
  /** What it was called for; null before the first call. */
  readonly stage: Stage | null;
  /** Counted from 0. */
  readonly currentEpoch: number;
  /** Optimizer steps taken so far. */
  readonly globalStep: number;
  /** Samples trained on so far, counted by `samplesOf`. */
  readonly samplesSeen: number;
  /** Of the step that comes next. */
  readonly learningRate: number;
  readonly isSanityChecking: boolean;
  readonly isFastDevRun: boolean;
  readonly maxEpochs: number;
  /** Whether validation comes at the end of every epoch, and nowhere else. */
  readonly validatesEveryEpoch: boolean;
  readonly hasValidation: boolean;
  /** Batches of one epoch, after limits. */
  readonly numTrainingBatches: number;
  readonly numValBatches: number;
  /** Whether the batch at hand is the last of its epoch. */
  readonly isLastBatch: boolean;
  /** Batches of one optimizer step in the epoch at hand. */
  readonly accumulateGradBatches: number;
  /** Optimizer steps of the first epoch: of each, unless a callback changes the accumulation. */
  readonly stepsPerEpoch: number;
  /** Optimizer steps of the whole fit: the end of schedules. */
  readonly estimatedSteppingBatches: number;
  /** Whether the metrics of the batch at hand will go to the loggers. */
  readonly isLoggingStep: boolean;
  /** The newest value of everything that was logged. Reading it waits for the device. */
  readonly callbackMetrics: Readonly<Record<string, number>>;
  /** As `callbackMetrics`, of what was logged with `progressBar`. */
  readonly progressBarMetrics: Readonly<Record<string, number>>;
  /**
   * Logs a metric. In a training step it counts for the step, in validation for the whole pass.
   *
   * @throws {LimberError} `invalid-argument` in a hook that runs again after an interruption, such as `onTrainStart`:
   * its line would be there twice.
   */
  log(name: string, value: MetricValue, options?: LogOptions): void;
  /** Hands a picture to the loggers that take pictures. From where `log` is allowed. */
  logImage(name: string, image: LoggedImage): void;
  /** Hands numbers to the loggers that draw histograms. From where `log` is allowed. */
  logHistogram(name: string, values: Float32Array): void;
  /** Ends the fit after the batch at hand, with a last validation, but not before `minEpochs` and `minSteps`. */
  stop(): void;
  /** Runs the training step over one epoch's batches without gradients and logs, so that running statistics follow the weights. */
  refreshStatistics(): Promise<void>;
  /** Whether training has begun, so that there is something to save. */
  readonly canSaveCheckpoint: boolean;
  /** Time that the loop has waited for training batches, in this process. */
  readonly dataWaitMs: number;
  /** Writes everything that a later `fit` needs to go on from here, atomically. */
  saveCheckpoint(file: string): Promise<void>;
  /** Says something that a person should know. */
  warn(message: string): void;
}
