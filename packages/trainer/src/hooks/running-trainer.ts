import type { Engine } from '@limber/engine';
import type { LogOptions, MetricValue } from '../metrics/metric-collection.ts';

/** What a hook sees of the Trainer that runs it. */
export interface RunningTrainer {
  readonly engine: Engine;
  /** Counted from 0. */
  readonly currentEpoch: number;
  /** Optimizer steps taken so far. */
  readonly globalStep: number;
  /** Of the step that comes next. */
  readonly learningRate: number;
  readonly isSanityChecking: boolean;
  readonly isFastDevRun: boolean;
  readonly maxEpochs: number;
  readonly checkValEveryNEpoch: number;
  readonly hasValidation: boolean;
  /** Optimizer steps of one epoch. */
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
  /** Ends the fit after the batch at hand, with a last validation. */
  stop(): void;
  /** Whether training has begun, so that there is something to save. */
  readonly canSaveCheckpoint: boolean;
  /** Time that the loop has waited for training batches, in this process. */
  readonly dataWaitMs: number;
  /** Writes everything that a later `fit` needs to go on from here, atomically. */
  saveCheckpoint(file: string): Promise<void>;
  /** Says something that a person should know. */
  warn(message: string): void;
}
