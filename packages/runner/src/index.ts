export { cleanPipeline } from './commands/clean-pipeline.ts';
export type { CollectedGarbage, GarbageOptions } from './commands/collect-garbage.ts';
export { collectGarbage } from './commands/collect-garbage.ts';
export type { RunsDifference, ValueDifference } from './commands/diff-runs.ts';
export { diffRuns } from './commands/diff-runs.ts';
export type { ListedPipeline } from './commands/find-pipeline.ts';
export { findPipeline, listPipelines } from './commands/find-pipeline.ts';
export { listPastRuns } from './commands/list-past-runs.ts';
export type { StageWork } from './commands/list-stage-work.ts';
export { listStageWork } from './commands/list-stage-work.ts';
export type { GraphFormat } from './commands/pipeline-graph.ts';
export { drawPipelineGraph } from './commands/pipeline-graph.ts';
export type { JsonSchema } from './commands/pipeline-json-schema.ts';
export { pipelineJsonSchema } from './commands/pipeline-json-schema.ts';
export type { LatestRun, PipelineStatus, StageStatus } from './commands/pipeline-status.ts';
export { readPipelineStatus } from './commands/pipeline-status.ts';
export type {
  PulledOutput,
  SharedPipeline,
  SharePipelineOptions,
} from './commands/share-pipeline.ts';
export { sharePipeline } from './commands/share-pipeline.ts';
export type { DamagedResult, VerifiedStore, VerifyOptions } from './commands/verify-store.ts';
export { verifyStore } from './commands/verify-store.ts';
export type { WatchPipelineOptions } from './commands/watch-pipeline.ts';
export { watchPipeline } from './commands/watch-pipeline.ts';
export type { PipelineEvent } from './events.ts';
export type { Acceptance } from './execution/accept-outputs.ts';
export type { RunPipelineOptions } from './execution/run-pipeline.ts';
export { runPipeline } from './execution/run-pipeline.ts';
export type { Selection } from './execution/select-stages.ts';
export type { ExecutorName } from './parsing/pipeline-schema.ts';
export type { Diagnostic, Excerpt, Place } from './parsing/diagnostic.ts';
export type { PipelineErrorCode } from './pipeline-error.ts';
export { PipelineError } from './pipeline-error.ts';
export type { PipelineResult, StageOutcome, StageReport } from './pipeline-result.ts';
export { hadNothingToDo } from './pipeline-result.ts';
export { createConsoleReporter } from './reporting/console-reporter.ts';
export type { RunRow } from './reporting/runs-page.ts';
export { differingParams, rowsOf } from './reporting/runs-page.ts';
export type { PastRun, RunSummary } from './store/run-folder.ts';
export { passingFolders } from './store/state-folder.ts';
export type { StoredOutput } from './store/objects.ts';
export type {
  StageContext,
  StageDefinition,
  StageModule,
  StageResult,
} from './stage-definition.ts';
export { objectNameSchema } from './store/stored-names.ts';
