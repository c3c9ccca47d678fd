import { LimberError } from '@limber/files';
import type { LoopPoint, LoopPosition } from '../checkpoints/checkpoint.ts';
import type { BatchSource } from '../data/batch-source.ts';
import type { BatchStream } from '../data/batch-stream.ts';
import type { TrainingProgress } from '../hooks/callback.ts';
import type { HookedRun, HookRunner } from '../hooks/hook-runner.ts';
import type { Stage } from '../hooks/running-trainer.ts';
import type { TrainingModule } from '../hooks/training-module.ts';
import type { Logger, LoggerState, LogPoint } from '../loggers/logger.ts';
import type { LossWatch } from '../gradients/loss-watch.ts';
import type { LogTarget } from '../metrics/log-scope.ts';
import { agreeOnMetrics } from '../ranks/agree-on-metrics.ts';
import type { MetricCollection } from '../metrics/metric-collection.ts';
import type { Ranks } from '../ranks/ranks.ts';
import type { LearningRateSchedule } from '../schedules/learning-rate-schedule.ts';
import type { FitPlan } from './fit-plan.ts';
import type { Optimization } from './optimization.ts';
import type { TrainerFlags } from './trainer-flags.ts';

/** The state of one `fit`, `validate`, `test` or `predict`, from before its first hook on. */
export interface Run<Batch> extends HookedRun<Batch> {
  readonly stage: Stage;
  readonly flags: TrainerFlags;
  readonly hooks: HookRunner<Batch>;
  readonly loggers: readonly Logger[];
  readonly signal: AbortSignal | undefined;
  /** Of a fit; every other run is one of a process by itself. */
  readonly ranks: Ranks;
  /** The newest values that were logged. */
  readonly callbackMetrics: Record<string, number>;
  /** Of those, what was logged with `progressBar`. */
  readonly progressBarMetrics: Record<string, number>;
  /** What `log` writes to now; null where it is refused. */
  logTarget: LogTarget | 'nowhere' | null;
  /** Of several sources of a pass, the one whose batch is looked at; null with a single one, and outside of batches. */
  dataloaderIdx: number | null;
  position: LoopPosition;
  /** Of what is random within steps; a resumed fit keeps the one that it began with. */
  seed: number;
  /** Whether something has changed since the last safe point that a checkpoint of it must not hold, such as a weight. */
  isPastSafePoint: boolean;
  /** Whether somebody asked for the end; {@link isEnding} says whether it comes. */
  shouldStop: boolean;
  /** What all ranks are going to end with, if one of them was asked to stop; null: none was. */
  exitCode: number | null;
}

/** A fit whose data and optimizer are there. */
export interface FitRun<Batch> extends Run<Batch> {
  readonly module: TrainingModule<Batch>;
  readonly plan: FitPlan;
  readonly train: BatchStream<Batch>;
  /** None: without validation. */
  readonly val: readonly BatchSource<Batch>[];
  readonly optimization: Optimization;
  readonly samplesOf: (batch: Batch) => number;
  readonly trainMetrics: MetricCollection;
  readonly losses: LossWatch;
  /** The last moment that a checkpoint can speak of: null before training has begun. */
  safePoint: { position: LoopPosition; readonly loggers: readonly LoggerState[] } | null;
  isSanityChecking: boolean;
  /** Whether the metrics of the current batch go to the loggers. */
  isLoggingStep: boolean;
  /** Whether the current batch is the last of its epoch. */
  isLastBatch: boolean;
}

/** Where a fit begins. */
export const startPosition: LoopPosition = {
  epoch: 0,
  batch: 0,
  isEpochRead: false,
  step: 0,
  samples: 0,
  point: 'nothing',
  callbacksDone: 0,
};

/** Notes that everything up to `point` is done: a checkpoint from now on continues after it. */
export function reach<Batch>(run: FitRun<Batch>, point: LoopPoint): void {
  run.position = { ...run.position, point, callbacksDone: 0 };
  run.isPastSafePoint = false;
  run.safePoint = {
    position: run.position,
    loggers: run.loggers.map((logger) => ({ type: logger.type, ...logger.getState() })),
  };
}

/** Calls `onSafePoint` for the point just reached, but not of callbacks that had it before a resume. */
export async function runSafePoint<Batch>(run: FitRun<Batch>): Promise<void> {
  const { point, callbacksDone } = run.position;
  if (point === 'nothing') return;
  const targetBefore = run.logTarget;
  run.logTarget = null;
  await run.hooks.runSafePoint(point, callbacksDone, (done) => {
    run.position = { ...run.position, callbacksDone: done };
    run.safePoint!.position = run.position;
  });
  run.logTarget = targetBefore;
}

/** Gives what was logged to the loggers, and to whoever monitors it. */
export async function publish<Batch>(
  run: Run<Batch>,
  logged: MetricCollection,
  scope: 'step' | 'epoch',
): Promise<void> {
  await logged.settle();
  const metrics = agreeOnMetrics(run.ranks, logged[`${scope}Metrics`]());
  Object.assign(run.callbackMetrics, metrics);
  const shown = Object.keys(logged[`${scope}Metrics`]('progress-bar'));
  Object.assign(
    run.progressBarMetrics,
    Object.fromEntries(shown.map((name) => [name, metrics[name]!])),
  );
  if (Object.keys(metrics).length === 0) return;
  for (const logger of run.loggers) logger.logMetrics(metrics, logPointOf(run));
}

/**
 * What a metric is written to.
 *
 * @throws {LimberError} `invalid-argument` where nothing may be logged.
 */
export function logTargetOf<Batch>({ logTarget }: Run<Batch>, name: string): LogTarget | 'nowhere' {
  if (logTarget !== null) return logTarget;
  throw new LimberError('invalid-argument', {
    where: `log("${name}")`,
    what: 'logged where its line would be lost, or be there twice after an interruption',
    expected: 'a call from onTrainEpochStart to onTrainEpochEnd, or from an evaluation pass',
    got: 'one from another hook',
  });
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

/** Whether the fit ends after the current batch because somebody asked for it, which `minEpochs` and `minSteps` may forbid. */
export function isEnding<Batch>({ flags, position, shouldStop }: Run<Batch>): boolean {
  const epochsDone = position.point === 'epoch' ? position.epoch + 1 : position.epoch;
  return shouldStop && epochsDone >= flags.minEpochs && position.step >= flags.minSteps;
}

/**
 * Where the step that comes next is, for callbacks that ask.
 *
 * @param schedule - default: that of the first optimizer.
 */
export function progressOf<Batch>(
  run: FitRun<Batch>,
  schedule: LearningRateSchedule = run.optimization.groups[0]!.schedule,
): TrainingProgress {
  const { plan, position, flags } = run;
  return {
    epoch: position.epoch,
    step: position.step,
    maxEpochs: flags.maxEpochs,
    firstStepOf: plan.firstStepOf,
    scheduledRate: schedule,
  };
}

/**
 * The learning rate of the step that comes next: the schedule's, as callbacks adapt it.
 *
 * @param schedule - default: that of the first optimizer.
 */
export function learningRateOf<Batch>(run: FitRun<Batch>, schedule?: LearningRateSchedule): number {
  const at = progressOf(run, schedule);
  return run.callbacks.reduce(
    (rate, one) => one.adaptLearningRate?.(rate, at) ?? rate,
    at.scheduledRate(at.step),
  );
}
