export type { Engine, LoadEngineOptions } from './engine.ts';
export type { EngineKind, Precision } from './precision/available-precisions.ts';
export { loadEngine } from './engine.ts';
export type { Collectives } from './collectives/collectives.ts';
export { checkNetwork } from './collectives/check-network.ts';
export { gatherNumbers } from './collectives/gather-numbers.ts';
export type { RankOptions } from './collectives/rank-options.ts';
export type { BackendChoice } from './loading/backend-choice.ts';
export type { OnProgress } from './provisioning/installation.ts';
export type { SetupOutcome } from './setup.ts';
export { setup } from './setup.ts';
export type * from './tensors.ts';
export { clipByGlobalNorm } from './optimizers/clip-by-global-norm.ts';
export type { OptimizerConfig } from './optimizers/optimizer-config.ts';
export type { Optimizer } from './optimizers/optimizer.ts';
export { createOptimizer } from './optimizers/optimizer.ts';
export type { DoctorReport } from './doctor/doctor.ts';
export { doctor } from './doctor/doctor.ts';
export type { Problem } from './doctor/diagnose.ts';
export { readResult } from './read-result.ts';
export { tidyAsync } from './tidy-async.ts';
export type { WebgpuAdapter } from './loading/webgpu-adapter.ts';
export { nameAdapter } from './loading/webgpu-adapter.ts';
export { checkTensorSizes } from './check-tensor-sizes.ts';
export type { ImageBatchOptions, Rgb } from './image-batch.ts';
export { imageBatch } from './image-batch.ts';
export type { LeakGuard } from './memory/leak-guard.ts';
export { createLeakGuard } from './memory/leak-guard.ts';
export type { PeakMemory } from './memory/peak-memory.ts';
export { createPeakMemory } from './memory/peak-memory.ts';
export type { OperationProfile } from './profiling/profile-operations.ts';
export { profileOperations } from './profiling/profile-operations.ts';
export type { Dtype, DtypeName } from './weights/dtypes.ts';
export { dtypes } from './weights/dtypes.ts';
export type { Safetensors } from './weights/read-safetensors.ts';
export { decodeSafetensors, readSafetensors } from './weights/read-safetensors.ts';
export type { SafetensorsEntry, SafetensorsHeader } from './weights/safetensors-header.ts';
export { readSafetensorsHeader } from './weights/safetensors-header.ts';
export type { NamedTensors, TensorData } from './weights/tensor-data.ts';
export { sizeOfShape } from './weights/tensor-data.ts';
export type { NamedWeight } from './weights/named-weights.ts';
export {
  namedWeights,
  readTensor,
  readWeights,
  trainableVariables,
  writeWeights,
} from './weights/named-weights.ts';
export { encodeSafetensors } from './weights/write-safetensors.ts';
export { fetchNpmPackage, howToFetch } from './packages/npm-package.ts';
export type { FetchPackageOptions, NpmPackage } from './packages/npm-package.ts';
