export { cleanPipeline } from './commands/clean-pipeline.ts';
export {
  collectGarbage,
  type CollectedGarbage,
  type GarbageOptions,
} from './commands/collect-garbage.ts';
export { diffRuns, type RunsDifference, type ValueDifference } from './commands/diff-runs.ts';
export { explainPipeline } from './commands/explain-pipeline.ts';
export { findPipeline, listPipelines, type ListedPipeline } from './commands/find-pipeline.ts';
export { drawPipelineGraph, type GraphFormat } from './commands/pipeline-graph.ts';
export { pipelineJsonSchema, type JsonSchema } from './commands/pipeline-json-schema.ts';
export {
  readPipelineStatus,
  type LatestRun,
  type PipelineStatus,
  type StageStatus,
} from './commands/pipeline-status.ts';
export { sharePipeline, type SharedPipeline } from './commands/share-pipeline.ts';
export { watchPipeline, type WatchPipelineOptions } from './commands/watch-pipeline.ts';
export type { PipelineEvent } from './events.ts';
export { runPipeline, type RunPipelineOptions } from './execution/run-pipeline.ts';
export type { Selection } from './execution/select-stages.ts';
export type { Diagnostic, Excerpt, Place } from './parsing/diagnostic.ts';
export { PipelineError, type PipelineErrorCode } from './pipeline-error.ts';
export type { PipelineResult, StageOutcome, StageReport } from './pipeline-result.ts';
export { createConsoleReporter, type ReporterStream } from './reporting/console-reporter.ts';
export type {
  StageContext,
  StageDefinition,
  StageModule,
  StageResult,
} from './stage-definition.ts';
