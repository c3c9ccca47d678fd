import type { Diagnostic } from './parsing/diagnostic.ts';
import { formatDiagnostic } from './parsing/diagnostic.ts';

/** What can be wrong with a request to the runner. A failing stage is not an error but an outcome. */
export type PipelineErrorCode =
  | 'pipeline-not-found'
  | 'invalid-pipeline'
  | 'invalid-remote'
  | 'unknown-stage'
  | 'unknown-run'
  | 'store-busy'
  | 'runner-not-built'
  | 'no-slurm';

/**
 * Wrong usage or an invalid pipeline: nothing was run.
 *
 * `where` is the place of the first problem (`pipelines/squat.yaml:14:11` or `--set a=b`), and
 * `diagnostics` holds every problem of an invalid pipeline; the message shows them all.
 */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: PipelineErrorCode;
  readonly where: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode = 2;

  constructor(
    code: PipelineErrorCode,
    message: string,
    details: { readonly where?: string; readonly diagnostics?: readonly Diagnostic[] } = {},
  ) {
    super(message);
    this.code = code;
    this.where = details.where;
    this.diagnostics = details.diagnostics ?? [];
  }
}

/** One `invalid-pipeline` error out of all the problems that were found. */
export function invalidPipeline(diagnostics: readonly Diagnostic[]): PipelineError {
  const message = diagnostics.map(formatDiagnostic).join('\n');
  const where = diagnostics[0]?.where.label;
  return new PipelineError('invalid-pipeline', message, {
    ...(where === undefined ? {} : { where }),
    diagnostics,
  });
}
