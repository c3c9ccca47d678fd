export {
  type Engine,
  type EngineKind,
  loadEngine,
  type LoadEngineOptions,
  type Precision,
} from './engine.ts';
export { EngineError, type EngineErrorCode } from './engine-error.ts';
export {
  createProgressWriter,
  type OnProgress,
  type ProvisionProgress,
} from './provisioning/progress.ts';
export { setup } from './setup.ts';
export type * from './tensors.ts';
export { clipByGlobalNorm } from './optimizers/clip-by-global-norm.ts';
export type { OptimizerConfig } from './optimizers/optimizer-config.ts';
export type { OptimizerState, OptimizerStateEntry } from './optimizers/optimizer-state.ts';
export { createOptimizer, type Optimizer } from './optimizers/optimizer.ts';
export { doctor, type DoctorReport } from './doctor/doctor.ts';
export type { Problem } from './doctor/diagnose.ts';
export { imageBatch, type Rgb } from './image-batch.ts';
export { createLeakGuard, type LeakGuard } from './memory/leak-guard.ts';
export { createPeakMemory, type PeakMemory } from './memory/peak-memory.ts';
export { type OperationProfile, profileOperations } from './profiling/profile-operations.ts';
export { trainableVariables } from './trainable-variables.ts';
