export { trainConfigJsonSchema, trainConfigSchema } from './configuration/train-config.ts';
export type { TrainConfig } from './configuration/train-config.ts';
export { createKeypointModule } from './training/keypoint-module.ts';
export type { KeypointModuleOptions } from './training/keypoint-module.ts';
export { KeypointTrainer } from './training/keypoint-trainer.ts';
export type { KeypointTrainerOptions } from './training/keypoint-trainer.ts';
export type { RunIdentity } from './training/run-identity.ts';
export { createPoseLoss } from './losses/pose-loss.ts';
export type { PoseLoss, PoseLossOptions } from './losses/pose-loss.ts';
export type { TrainingShards } from './training/open-training.ts';
export type { LossName } from './losses/loss-names.ts';
export { placeCheckpoint } from './training/place-checkpoint.ts';
export { trainKeypoints } from './training/train-keypoints.ts';
export type { TrainKeypointsOptions } from './training/train-keypoints.ts';
export type { ValidatedPersons, ValidationPredictions } from './training/validation-predictions.ts';
export { createKeypointPredictor } from './prediction/keypoint-predictor.ts';
export type { KeypointPredictor } from './prediction/keypoint-predictor.ts';
export { predictKeypoints } from './prediction/predict-keypoints.ts';
export type { PredictedPersons } from './prediction/predict-keypoints.ts';
export type { PredictKeypointsOptions } from './prediction/predict-keypoints.ts';
export type { PredictedPose } from './prediction/predicted-pose.ts';
export { loadPredictor } from './prediction/predictor.ts';
export type {
  LoadPredictorOptions,
  PersonBoxes,
  Predictor,
  PredictorImage,
} from './prediction/predictor.ts';
export { countRepetitions } from './tracking/count-repetitions.ts';
export type { RepetitionOptions } from './tracking/count-repetitions.ts';
export { createOneEuroFilter } from './tracking/one-euro-filter.ts';
export type { OneEuroFilter, OneEuroOptions } from './tracking/one-euro-filter.ts';
export { createPoseTracker, defaultSmoothing } from './tracking/pose-tracker.ts';
export type { PoseTrackerOptions, TrackedPose } from './tracking/pose-tracker.ts';
