import type { TensorData } from '@limber/engine';
import type { MetricCollectionState } from '../metrics/metric-collection.ts';
import type { LoggerState } from '../loggers/logger.ts';
import type { CheckpointEnvironment } from './environment.ts';
import type { Json } from './json.ts';

/** Raised when a field changes its meaning; files of other versions are refused. */
export const checkpointVersion = 3;

/** What of an epoch is done, so that nothing is done twice or left out after a resume. */
export type LoopPoint =
  /** Its `onTrainEpochStart` is still to come. */
  | 'nothing'
  /** `batch` batches, the last one with its `onTrainBatchEnd`. */
  | 'batch'
  /** As `batch`, and the validation after it. */
  | 'validation'
  /** All of it, with `onTrainEpochEnd`. */
  | 'epoch';

/** A point at which `onSafePoint` is called. */
export type SafePoint = Exclude<LoopPoint, 'nothing'>;

/** Where in a fit a checkpoint was taken. */
export interface LoopPosition {
  /** Counted from 0. */
  readonly epoch: number;
  /** Batches of this epoch that are done. */
  readonly batch: number;
  /** Whether those were all of it. */
  readonly isEpochRead: boolean;
  /** Optimizer steps that are done. */
  readonly step: number;
  /** Samples that were trained on. */
  readonly samples: number;
  readonly point: LoopPoint;
  /** Callbacks whose `onSafePoint` of this point was called, the one that saves included. */
  readonly callbacksDone: number;
}

/** The part of a checkpoint that is not tensors. */
export interface CheckpointFacts {
  readonly version: number;
  readonly position: LoopPosition;
  readonly environment: CheckpointEnvironment;
  /** Of what is random within steps. */
  readonly seed: number;
  /** What the run was set up with (seed, configuration, skeleton, digests of the data). */
  readonly hyperParameters: Json;
  /** Whether a callback asked for the end. */
  readonly isStopping: boolean;
  /** Running sums of the current epoch. */
  readonly metrics: MetricCollectionState;
  /** The newest value of everything that was logged. */
  readonly callbackMetrics: Readonly<Record<string, number>>;
  readonly progressBarMetrics: Readonly<Record<string, number>>;
  /** One for each logger, in order. */
  readonly loggers: readonly LoggerState[];
  /** By state key. */
  readonly callbacks: Readonly<Record<string, Json>>;
  /** What `onSaveCheckpoint` added. */
  readonly extra: Record<string, Json>;
}

/**
 * Everything that a fit needs to go on as if it had never stopped.
 *
 * Names of arrays: `weights/<weight>`, `optimizer/<weight>/<slot>` (with parameter groups `optimizer/<group>/<weight>/<slot>`),
 * `callbacks/<state key>/<name>`. With an EMA, the weights
 * are the averages, and `callbacks/EMA/<weight>` those that training goes on from.
 */
export interface CheckpointContents {
  readonly facts: CheckpointFacts;
  readonly arrays: Record<string, TensorData>;
}
