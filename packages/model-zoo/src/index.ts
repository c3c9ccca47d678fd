export { modelNames } from './architectures/model-names.ts';
export type { ModelName } from './architectures/model-names.ts';
export { createModel } from './models/create-model.ts';
export { describeModel, describeModels } from './models/describe-models.ts';
export type { ModelDescription } from './models/describe-models.ts';
export type { ModelSpec } from './models/model-spec.ts';
export { namedWeights } from './models/named-weights.ts';
export type { NamedWeight } from './models/named-weights.ts';
export { imageNetNormalization, normalizeImages } from './models/normalize-images.ts';
export type { Normalization } from './models/normalize-images.ts';
export type { PoseModel } from './models/pose-model.ts';
export { loadModel, writeWeights } from './weights/load-model.ts';
export type { LoadedModel } from './weights/load-model.ts';

export { readWeights, saveModel } from './weights/save-model.ts';
export type { AboutModel } from './weights/save-model.ts';
