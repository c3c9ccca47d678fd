export { Trainer } from './trainer.ts';
export type { CheckpointPath, StartOptions, TrainerOptions } from './trainer-options.ts';
export type { TrainerFlags } from './loops/trainer-flags.ts';
export { defaultFlags } from './loops/trainer-flags.ts';
export type { MaxTime } from './loops/max-time.ts';
export type { BatchLimit } from './data/batch-limit.ts';
export type { DataModule } from './data/data-module.ts';
export type { BatchSource, BatchSources, FitData } from './data/batch-source.ts';

export type { Callback, CallbackState, TrainingProgress } from './hooks/callback.ts';
export type { Gradients, HookArguments, Hooks } from './hooks/hooks.ts';
export type { RunningTrainer, SourceLogOptions, Stage } from './hooks/running-trainer.ts';
export type { TrainedModule } from './hooks/trained-module.ts';
export type {
  OptimizerSetup,
  ParameterGroup,
  PredictionModule,
  TestModule,
  TrainingModule,
  ValidationModule,
} from './hooks/training-module.ts';
export type { LogOptions, MetricValue } from './metrics/metric-collection.ts';

export { createBackboneFinetuning } from './callbacks/backbone-finetuning.ts';
export { createEarlyStopping } from './callbacks/early-stopping.ts';
export type { EarlyStopping } from './callbacks/early-stopping.ts';
export { createEma } from './callbacks/ema.ts';
export { createGradientAccumulationScheduler } from './callbacks/gradient-accumulation-scheduler.ts';
export { createLeakDetector } from './callbacks/leak-detector.ts';
export { createLearningRateMonitor } from './callbacks/learning-rate-monitor.ts';
export { createModelCheckpoint } from './callbacks/model-checkpoint.ts';
export type { ModelCheckpoint } from './callbacks/model-checkpoint.ts';
export { createModelSummary } from './callbacks/model-summary.ts';
export { createNanGuard } from './callbacks/nan-guard.ts';
export { createProgressBar, createProgressJson, createProgressLine } from './callbacks/progress.ts';
export type { ProgressReport } from './callbacks/progress-report.ts';
export { createReduceLROnPlateau } from './callbacks/reduce-lr-on-plateau.ts';
export { createStochasticWeightAveraging } from './callbacks/stochastic-weight-averaging.ts';
export { createThroughputMonitor } from './callbacks/throughput-monitor.ts';
export { createTimer } from './callbacks/timer.ts';
export type { Timer } from './callbacks/timer.ts';
export { createWeightHistograms } from './callbacks/weight-histograms.ts';

export type { LearningRateSchedule } from './schedules/learning-rate-schedule.ts';
export {
  constantRate,
  cosineRate,
  multiStepRate,
  withWarmup,
} from './schedules/learning-rate-schedule.ts';
export { findBatchSize } from './tuning/find-batch-size.ts';
export { findLearningRate } from './tuning/find-learning-rate.ts';
export { createSimpleProfiler } from './profiling/profiler.ts';
export type { Profiler, SimpleProfiler } from './profiling/profiler.ts';

export { createCsvLogger } from './loggers/csv-logger.ts';
export { createJsonlLogger } from './loggers/jsonl-logger.ts';
export { createMlflowLogger } from './loggers/mlflow/mlflow-logger.ts';
export { createTensorboardLogger } from './loggers/tensorboard/tensorboard-logger.ts';
export type { LoggedImage, Logger, LoggerState, LogPoint, RunOutcome } from './loggers/logger.ts';

export type {
  CheckpointContents,
  CheckpointFacts,
  LoopPosition,
  SafePoint,
} from './checkpoints/checkpoint.ts';
export type { Json } from './checkpoints/json.ts';
export { copyCheckpoint } from './checkpoints/copy-checkpoint.ts';
export { diffCheckpoints } from './checkpoints/diff-checkpoints.ts';
export type { ArrayDifference } from './checkpoints/diff-checkpoints.ts';
export { differencesOf } from './checkpoints/differences.ts';
export { findLastGoodCheckpoint } from './checkpoints/find-checkpoint.ts';
export type { FoundCheckpoint } from './checkpoints/find-checkpoint.ts';
export { inspectCheckpoint } from './checkpoints/inspect-checkpoint.ts';
export type { CheckpointInspection } from './checkpoints/inspect-checkpoint.ts';
export { loadCheckpointWeights } from './checkpoints/load-checkpoint-weights.ts';
export { readCheckpoint } from './checkpoints/checkpoint-file.ts';
export { verifyCheckpoints } from './checkpoints/verify-checkpoints.ts';

export { seedEverything } from './randomness/seed-everything.ts';

export { TrainingDiverged } from './errors/training-diverged.ts';
export { TrainingInterrupted } from './errors/training-interrupted.ts';
export { WriteFailed } from './errors/write-failed.ts';
