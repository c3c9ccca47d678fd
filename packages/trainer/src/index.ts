export { Trainer } from './trainer.ts';
export type { CheckpointPath, StartOptions, TrainerOptions } from './trainer-options.ts';
export type { TrainerFlags } from './loops/trainer-flags.ts';
export type { BatchLimit } from './data/batch-limit.ts';
export type { BatchSource } from './data/batch-source.ts';
export type { FitData } from './data/fit-data.ts';
export type { Callback, CallbackState, HookResult } from './hooks/callback.ts';
export type {
  Gradients,
  HookArguments,
  HookName,
  Stage,
  StepHookArguments,
  StepHookName,
} from './hooks/hooks.ts';
export type { RunningTrainer } from './hooks/running-trainer.ts';
export type { NamedWeight, TrainedModule } from './hooks/trained-module.ts';
export type {
  HookedModule,
  OptimizerSetup,
  PredictionModule,
  TrainingModule,
  ValidationModule,
} from './hooks/training-module.ts';
export type { LogOptions, MetricValue } from './metrics/metric-collection.ts';
export type { Reduction } from './metrics/reduction.ts';
export { createEma } from './callbacks/ema.ts';
export { createLearningRateMonitor } from './callbacks/learning-rate-monitor.ts';
export { createModelCheckpoint } from './callbacks/model-checkpoint.ts';
export type { ModelCheckpoint, ModelCheckpointOptions } from './callbacks/model-checkpoint.ts';
export type { CheckpointEntry } from './callbacks/checkpoint-table.ts';
export { createProgressLine } from './callbacks/progress-line.ts';
export type { ProgressLineOptions } from './callbacks/progress-line.ts';
export { createThroughputMonitor } from './callbacks/throughput-monitor.ts';
export type { ThroughputMonitorOptions } from './callbacks/throughput-monitor.ts';
export { createJsonlLogger } from './loggers/jsonl-logger.ts';
export type { Logger, LoggerState } from './loggers/logger.ts';
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
export type { NamedArray, NamedArrays } from './checkpoints/named-arrays.ts';
export {
  constantRate,
  cosineRate,
  multiStepRate,
  withWarmup,
} from './schedules/learning-rate-schedule.ts';
export type { LearningRateSchedule } from './schedules/learning-rate-schedule.ts';
export { TrainingDiverged } from './errors/training-diverged.ts';
export { TrainingInterrupted } from './errors/training-interrupted.ts';
export { trainConfigSchema } from './config/train-config.ts';
export type { TrainConfig } from './config/train-config.ts';
export { KeypointTrainer } from './poses/keypoint-trainer.ts';
export type { KeypointTrainerOptions } from './poses/keypoint-trainer.ts';
export { createKeypointModule } from './poses/keypoint-module.ts';
export type { KeypointModuleOptions } from './poses/keypoint-module.ts';
export { createKeypointPredictor } from './poses/keypoint-predictor.ts';
export type { KeypointPredictor } from './poses/keypoint-predictor.ts';
export { heatmapLoss } from './poses/heatmap-loss.ts';
export { predictKeypoints } from './poses/predict-keypoints.ts';
export type { PredictKeypointsOptions } from './poses/predict-keypoints.ts';
export { trainKeypoints } from './poses/train-keypoints.ts';
export type { TrainKeypointsOptions } from './poses/train-keypoints.ts';
