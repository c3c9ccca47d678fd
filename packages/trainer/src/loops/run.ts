import type { BatchStream } from '../data/batch-stream.ts';
import type { LoopPoint, LoopPosition } from '../checkpoints/checkpoint.ts';
import { TrainingInterrupted } from '../errors/training-interrupted.ts';
import type { Callback, TrainingProgress } from '../hooks/callback.ts';
import type { HookRunner } from '../hooks/hook-runner.ts';
import type { Stage } from '../hooks/hooks.ts';
import type { RunningTrainer } from '../hooks/running-trainer.ts';
import type { HookedModule, OptimizerSetup } from '../hooks/training-module.ts';
import type { Logger, LoggerState, LogPoint } from '../loggers/logger.ts';
import type { MetricCollection } from '../metrics/metric-collection.ts';
import type { Profiler } from '../profiling/profiler.ts';
import type { ResolvedFlags } from './trainer-flags.ts';
import type { ValidationPlan } from './validation-due.ts';

/** The state of one `fit`, `validate`, `test` or `predict`, which the loops share. */
export interface Run<Batch> {
  readonly trainer: RunningTrainer;
  readonly flags: ResolvedFlags;
  readonly stage: Stage;
  readonly profiler: Profiler | null;
  readonly samplesOf: (batch: Batch) => number;
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
  logTarget: 'train' | 'validation' | 'nowhere' | null;
  /** null before `configureOptimizers`. */
  optimization: OptimizerSetup | null;
  /** Batches of one epoch, after limits. */
  trainBatches: number;
  validationPlan: ValidationPlan;
  validationBatches: number;
  position: LoopPosition;
  /** The last moment that a checkpoint can speak of: null before training has begun. */
  safePoint: { position: LoopPosition; readonly loggers: readonly LoggerState[] } | null;
  isSanityChecking: boolean;
  /** Whether the metrics of the batch at hand go to the loggers. */
  isLoggingStep: boolean;
  /** Whether somebody asked for the end; {@link isEnding} says whether it comes. */
  shouldStop: boolean;
  /** null when nothing is trained. */
  train: BatchStream<Batch> | null;
  /** null when nothing is trained. */
  refreshStatistics: (() => Promise<void>) | null;
}

/** Says that everything up to `point` is done: a checkpoint from now on continues after it. */
export function reach<Batch>(run: Run<Batch>, point: LoopPoint): void {
  run.position = { ...run.position, point, callbacksDone: 0 };
  run.safePoint = {
    position: run.position,
    loggers: run.loggers.map((logger) => ({ type: logger.type, ...logger.getState() })),
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
  for (const logger of run.loggers) logger.logMetrics(metrics, logPointOf(run));
}

/** Where the loggers put what is logged now. */
export function logPointOf<Batch>({ position }: Run<Batch>): LogPoint {
  const { step, epoch, samples } = position;
  return { step, epoch, samples };
}

/** Whether the last optimizer step that is allowed was taken. */
export function hasReachedMaxSteps<Batch>({ flags, position }: Run<Batch>): boolean {
  return flags.maxSteps !== -1 && position.step >= flags.maxSteps;
}

/** Whether the fit ends after the batch at hand because somebody asked for it, which the least of epochs and steps may forbid. */
export function isEnding<Batch>({ flags, position, shouldStop }: Run<Batch>): boolean {
  const epochsDone = position.point === 'epoch' ? position.epoch + 1 : position.epoch;
  return shouldStop && epochsDone >= flags.minEpochs && position.step >= flags.minSteps;
}

/** Batches of one optimizer step in an epoch: what a callback says, or the flag. */
export function accumulationIn<Batch>({ callbacks, flags }: Run<Batch>, epoch: number): number {
  const asked = callbacks.map((one) => one.accumulateGradBatches?.(epoch));
  return asked.findLast((count) => count !== undefined) ?? flags.accumulateGradBatches;
}

/** Optimizer steps of all epochs before this one. */
export function firstStepOf<Batch>(run: Run<Batch>, epoch: number): number {
  if (!run.callbacks.some((one) => one.accumulateGradBatches !== undefined)) {
    return epoch * Math.ceil(run.trainBatches / run.flags.accumulateGradBatches);
  }
  let steps = 0;
  for (let at = 0; at < epoch; at++) steps += Math.ceil(run.trainBatches / accumulationIn(run, at));
  return steps;
}

/** Where the step that comes next is, for callbacks that ask. */
export function progressOf<Batch>(run: Run<Batch>): TrainingProgress {
  const { optimization, position, flags } = run;
  return {
    epoch: position.epoch,
    step: position.step,
    maxEpochs: flags.maxEpochs,
    firstStepOf: (epoch) => firstStepOf(run, epoch),
    scheduledRate: (step) => optimization?.schedule(step) ?? 0,
  };
}

/** The learning rate of the step that comes next: the schedule's, as callbacks adapt it. */
export function learningRateOf<Batch>(run: Run<Batch>): number {
  const at = progressOf(run);
  return run.callbacks.reduce(
    (rate, one) => one.adaptLearningRate?.(rate, at) ?? rate,
    at.scheduledRate(at.step),
  );
}
