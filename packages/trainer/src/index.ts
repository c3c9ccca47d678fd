export { Trainer } from './trainer.ts';
export { RunView } from './run-view.ts';
export type { CheckpointPath, StartOptions, TrainerOptions } from './trainer-options.ts';
export type { TrainerFlags } from './loops/trainer-flags.ts';
export type { MaxTime } from './loops/max-time.ts';
export type { BatchLimit } from './data/batch-limit.ts';
export type { BatchSource } from './data/batch-source.ts';
export type { FitData } from './data/fit-data.ts';
export type {
  Callback,
  CallbackState,
  CheckpointKeeper,
  HookResult,
  TrainingProgress,
} from './hooks/callback.ts';
export type {
  Gradients,
  HookArguments,
  HookName,
  Stage,
  StepHookArguments,
  StepHookName,
} from './hooks/hooks.ts';
export type { RunningTrainer } from './hooks/running-trainer.ts';
export type { TrainedModule } from './hooks/trained-module.ts';
export type {
  HookedModule,
  OptimizerSetup,
  PredictionModule,
  TestModule,
  TrainingModule,
  ValidationModule,
} from './hooks/training-module.ts';
export type { LogOptions, MetricValue } from './metrics/metric-collection.ts';
export type { Reduction } from './metrics/reduction.ts';
export { createBackboneFinetuning } from './callbacks/backbone-finetuning.ts';
export type { BackboneFinetuningOptions } from './callbacks/backbone-finetuning.ts';
export type { BackboneRateRules } from './callbacks/backbone-rate.ts';
export { createEarlyStopping } from './callbacks/early-stopping.ts';
export type { EarlyStopping, EarlyStoppingOptions } from './callbacks/early-stopping.ts';
export type { StoppingRules } from './callbacks/judge-progress.ts';
export { createEma } from './callbacks/ema.ts';
export { createGradientAccumulationScheduler } from './callbacks/gradient-accumulation-scheduler.ts';
export { createLeakDetector } from './callbacks/leak-detector.ts';
export { createLearningRateMonitor } from './callbacks/learning-rate-monitor.ts';
export { createModelCheckpoint } from './callbacks/model-checkpoint.ts';
export type { ModelCheckpoint, ModelCheckpointOptions } from './callbacks/model-checkpoint.ts';
export type { CheckpointEntry } from './callbacks/checkpoint-table.ts';
export { createModelSummary, summarizeWeights } from './callbacks/model-summary.ts';
export type { SummaryRow } from './callbacks/model-summary.ts';
export { createNanGuard } from './callbacks/nan-guard.ts';
export type { NanGuardOptions } from './callbacks/nan-guard.ts';
export { createProgressBar } from './callbacks/progress-bar.ts';
export type { ProgressBarOptions, Terminal } from './callbacks/progress-bar.ts';
export { createProgressJson } from './callbacks/progress-json.ts';
export { createProgressLine } from './callbacks/progress-line.ts';
export type { ProgressLineOptions } from './callbacks/tell-progress.ts';
export { createThroughputMonitor } from './callbacks/throughput-monitor.ts';
export type { ThroughputMonitorOptions } from './callbacks/throughput-monitor.ts';
export type { ProgressReport } from './callbacks/progress-report.ts';
export { createStochasticWeightAveraging } from './callbacks/stochastic-weight-averaging.ts';
export type { StochasticWeightAveragingOptions } from './callbacks/stochastic-weight-averaging.ts';
export { createTimer } from './callbacks/timer.ts';
export type { Timer, TimerOptions } from './callbacks/timer.ts';
export { createWeightHistograms } from './callbacks/weight-histograms.ts';
export { findBatchSize } from './tuning/find-batch-size.ts';
export type { FindBatchSizeOptions } from './tuning/find-batch-size.ts';
export { findLearningRate } from './tuning/find-learning-rate.ts';
export type { FindLearningRateOptions, TriedLearningRate } from './tuning/find-learning-rate.ts';
export { createSimpleProfiler } from './profiling/profiler.ts';
export type { ProfiledAction, Profiler, SimpleProfiler } from './profiling/profiler.ts';
export { createCsvLogger } from './loggers/csv-logger.ts';
export { createJsonlLogger } from './loggers/jsonl-logger.ts';
export type { FileLoggerOptions } from './loggers/jsonl-logger.ts';
export type { LoggedImage, Logger, LoggerState, LogPoint, RunOutcome } from './loggers/logger.ts';
export { createMlflowLogger } from './loggers/mlflow/mlflow-logger.ts';
export type { MlflowLoggerOptions } from './loggers/mlflow/mlflow-logger.ts';
export { createTensorboardLogger } from './loggers/tensorboard/tensorboard-logger.ts';
export type { TensorboardLoggerOptions } from './loggers/tensorboard/tensorboard-logger.ts';
export type { XAxis } from './loggers/x-axes.ts';
export { diffCheckpoints } from './checkpoints/diff-checkpoints.ts';
export type { ArrayDifference, CheckpointDifference } from './checkpoints/diff-checkpoints.ts';
export type { Difference } from './checkpoints/differences.ts';
export { inspectCheckpoint } from './checkpoints/inspect-checkpoint.ts';
export type { ArrayGroup, CheckpointInspection } from './checkpoints/inspect-checkpoint.ts';
export { verifyCheckpoints } from './checkpoints/verify-checkpoints.ts';
export type { CheckpointVerdict } from './checkpoints/verify-checkpoints.ts';
export { readCheckpoint, readCheckpointFacts } from './checkpoints/checkpoint-file.ts';
export { findLastGoodCheckpoint } from './checkpoints/find-checkpoint.ts';
export type { FoundCheckpoint } from './checkpoints/find-checkpoint.ts';
export type {
  CheckpointContents,
  CheckpointEnvironment,
  CheckpointFacts,
  LoopPoint,
  LoopPosition,
  SafePoint,
} from './checkpoints/checkpoint.ts';
export type { Json } from './checkpoints/json.ts';
export {
  constantRate,
  cosineRate,
  multiStepRate,
  withWarmup,
} from './schedules/learning-rate-schedule.ts';
export type { LearningRateSchedule } from './schedules/learning-rate-schedule.ts';
export { TrainingDiverged } from './errors/training-diverged.ts';
export { TrainingInterrupted } from './errors/training-interrupted.ts';
export { WriteFailed } from './errors/write-failed.ts';
export { emaStateKey } from './callbacks/ema.ts';
export { writeCheckpoint } from './checkpoints/checkpoint-file.ts';
export { differencesOf } from './checkpoints/differences.ts';
export { ofPrefix } from './checkpoints/named-arrays.ts';
