import type { BatchStream } from '../data/batch-stream.ts';
import type { LoopPoint, LoopPosition } from '../checkpoints/checkpoint.ts';
import { TrainingInterrupted } from '../errors/training-interrupted.ts';
import type { Callback } from '../hooks/callback.ts';
import type { HookRunner } from '../hooks/hook-runner.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { HookedModule, OptimizerSetup } from '../hooks/training-module.ts';
import type { Logger, LoggerState } from '../loggers/logger.ts';
import type { MetricCollection } from '../metrics/metric-collection.ts';
import type { ResolvedFlags } from './trainer-flags.ts';

/** The state of one `fit`, `validate` or `predict`, which the loops share. */
export interface Run<Batch> {
  readonly trainer: RunningTrainer;
  readonly flags: ResolvedFlags;
  readonly module: HookedModule<Batch>;
  readonly callbacks: readonly Callback<Batch>[];
  readonly hooks: HookRunner<Batch>;
  readonly loggers: readonly Logger[];
  readonly signal: AbortSignal | undefined;
  readonly trainMetrics: MetricCollection;
  readonly validationMetrics: MetricCollection;
  /** The newest values that were logged. */
  readonly callbackMetrics: Record<string, number>;
  readonly progressBarMetrics: Record<string, number>;
  /** Where `log` goes to now; null where it is refused. */
  logTarget: 'train' | 'validation' | null;
  /** null before `configureOptimizers`. */
  optimization: OptimizerSetup | null;
  /** Batches of one epoch, after limits. */
  trainBatches: number;
  validationBatches: number;
  position: LoopPosition;
  /** The last moment that a checkpoint can speak of: null before training has begun. */
  safePoint: { position: LoopPosition; readonly loggers: readonly LoggerState[] } | null;
  isSanityChecking: boolean;
  /** Whether the metrics of the batch at hand go to the loggers. */
  isLoggingStep: boolean;
  shouldStop: boolean;
  /** null when nothing is trained. */
  train: BatchStream<Batch> | null;
}

/** Says that everything up to `point` is done: a checkpoint from now on continues after it. */
export function reach<Batch>(run: Run<Batch>, point: LoopPoint): void {
  run.position = { ...run.position, point, callbacksDone: 0 };
  run.safePoint = {
    position: run.position,
    loggers: run.loggers.map((logger) => logger.getState()),
  };
}

/** Calls `onSafePoint` for the point just reached, but on those that had it before a resume. */
export async function runSafePoint<Batch>(run: Run<Batch>): Promise<void> {
  const { point, callbacksDone } = run.position;
  if (point === 'nothing') return;
  const targetBefore = run.logTarget;
  run.logTarget = null;
  await run.hooks.runSafePoint(point, callbacksDone, (done) => {
    run.position = { ...run.position, callbacksDone: done };
    if (run.safePoint !== null) run.safePoint.position = run.position;
  });
  run.logTarget = targetBefore;
}

/** @throws {TrainingInterrupted} if the signal was given. */
export function throwIfInterrupted<Batch>(run: Run<Batch>): void {
  if (run.signal?.aborted !== true) return;
  throw new TrainingInterrupted(run.position.step, run.signal.reason);
}

/** Gives metrics to the loggers and to whoever monitors them. */
export function publish<Batch>(
  run: Run<Batch>,
  metrics: Readonly<Record<string, number>>,
  progressBar: Readonly<Record<string, number>>,
): void {
  Object.assign(run.callbackMetrics, metrics);
  Object.assign(run.progressBarMetrics, progressBar);
  if (Object.keys(metrics).length === 0) return;
  const { step, epoch } = run.position;
  for (const logger of run.loggers) logger.logMetrics(metrics, { step, epoch });
}

/** Whether the last optimizer step that is allowed was taken. */
export function hasReachedMaxSteps<Batch>({ flags, position }: Run<Batch>): boolean {
  return flags.maxSteps !== -1 && position.step >= flags.maxSteps;
}
