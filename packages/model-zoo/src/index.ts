export { modelNames, models, pretrainedNames } from './architectures/models.ts';
export type { ModelEntry, ModelName } from './architectures/models.ts';
export type { Recipe } from './architectures/recipes.ts';
export { createModel } from './models/create-model.ts';
export { isOwnArchitecture } from './architectures/own-architecture-path.ts';
export { loadArchitecture } from './models/own-architecture.ts';
export type { ArchitectureFunction } from './models/own-architecture.ts';
export type { HeadOptions } from './architectures/head-options.ts';
export { describeLayers, describeModel, describeModels } from './models/describe-models.ts';
export type { ModelDescription } from './models/describe-models.ts';
export type { CodecChoice } from './architectures/codec-choice.ts';
export type { ModelSpec } from './models/model-spec.ts';
export { architectureOf } from './models/model-spec.ts';
export type { Normalization } from './architectures/normalization.ts';
export type { PoseModel } from './models/pose-model.ts';
export type { LayerCost } from './networks/cost-network.ts';
export type { Network } from './networks/network.ts';
export { loadModel } from './weights/load-model.ts';
export type { LoadedModel } from './weights/load-model.ts';
export { digestModel } from './weights/digest-model.ts';
export { saveModel } from './weights/save-model.ts';
export type { AboutModel } from './weights/save-model.ts';
export { createMovenetDetector } from './detectors/movenet-detector.ts';
export type { MovenetDetectorOptions } from './detectors/movenet-detector.ts';
export type { DetectedPerson, PersonDetector, RgbImage } from './detectors/person-detector.ts';
export { movenetNotice, readMovenetFiles } from './pretrained/movenet-files.ts';
export type {
  MovenetFiles,
  MovenetFilesOptions,
  MovenetName,
  WeightsNotice,
} from './pretrained/movenet-files.ts';
export { loadPretrainedPose } from './pretrained/movenet-pose.ts';
export type { PretrainedPose } from './pretrained/movenet-pose.ts';
export { readInitialWeights, startFrom } from './pretrained/initial-weights.ts';
export type { InitialWeights } from './pretrained/initial-weights.ts';
export { importWeights } from './importing/import-weights.ts';
export type { ImportOptions, ImportReport } from './importing/import-weights.ts';
export type { WeightMapName } from './importing/weight-maps.ts';
export type { ExportFormat } from './exporting/export-format.ts';
export type { ExportMetadata } from './exporting/export-metadata.ts';
export { exportModel } from './exporting/export-model.ts';
export type { ExportOptions, ExportReport } from './exporting/export-model.ts';
export type { Comparison } from './exporting/compare-export.ts';
