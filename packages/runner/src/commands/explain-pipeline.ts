import type { PipelineResult } from '../pipeline-result.ts';
import type { RunPipelineOptions } from '../execution/run-pipeline.ts';
import { runPipeline } from '../execution/run-pipeline.ts';

/**
 * Says for every stage whether it would run, and all the causes. Nothing is run or changed.
 *
 * @throws {PipelineError} as {@link runPipeline}.
 */
export function explainPipeline(
  options: Omit<RunPipelineOptions, 'dryRun' | 'onEvent'>,
): Promise<PipelineResult> {
  return runPipeline({ ...options, dryRun: true, onEvent: () => undefined });
}
