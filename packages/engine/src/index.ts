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
