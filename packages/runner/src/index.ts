export { cleanPipeline } from './commands/clean-pipeline.ts';
export { collectGarbage, type CollectedGarbage } from './commands/collect-garbage.ts';
export { explainPipeline } from './commands/explain-pipeline.ts';
export { findPipeline, listPipelines, type ListedPipeline } from './commands/find-pipeline.ts';
export { drawPipelineGraph } from './commands/pipeline-graph.ts';
export {
  readPipelineStatus,
  type LatestRun,
  type PipelineStatus,
  type StageStatus,
} from './commands/pipeline-status.ts';
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
