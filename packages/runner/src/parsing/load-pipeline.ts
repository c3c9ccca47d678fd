import { invalidPipeline } from '../pipeline-error.ts';
import type { StageDefinition } from '../stage-definition.ts';
import { declarePipeline } from './declare-pipeline.ts';
import type { DeclaredPipeline } from './declared-pipeline.ts';
import type { Diagnostic } from './diagnostic.ts';
import { applyOverrides } from './overrides.ts';
import type { RemoteEntry } from './pipeline-schema.ts';
import { readSource } from './read-source.ts';
import type { ResolvedPipeline } from './resolved-pipeline.ts';
import { resolvePipeline, resolveRemote } from './resolve-pipeline.ts';

interface LoadOptions {
  readonly file: string;
  readonly stages: readonly StageDefinition[];
  readonly overrides?: readonly string[];
  readonly workspace: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a pipeline and everything it depends on outside the store.
 *
 * @throws {PipelineError} `pipeline-not-found`, or `invalid-pipeline` with all problems at once.
 */
export async function loadPipeline(options: LoadOptions): Promise<ResolvedPipeline> {
  const declared = loadDeclaration(options);
  const diagnostics: Diagnostic[] = [];
  const { overrides = [], workspace, environment = process.env } = options;
  const resolved = await resolvePipeline(
    declared,
    { overrides, workspace, environment },
    diagnostics,
  );
  if (diagnostics.length > 0) throw invalidPipeline(diagnostics);
  return resolved;
}

/**
 * Where a pipeline's results are shared, though its inputs may be missing here.
 *
 * @throws {PipelineError} as {@link loadPipeline}.
 */
export function loadRemote(options: LoadOptions): RemoteEntry | undefined {
  const { overrides = [], environment = process.env } = options;
  const declared = loadDeclaration(options);
  const diagnostics: Diagnostic[] = [];
  const parameters = applyOverrides(declared, overrides, diagnostics);
  const remote = resolveRemote({ declared, parameters, environment, diagnostics });
  if (diagnostics.length > 0) throw invalidPipeline(diagnostics);
  return remote;
}

/**
 * Reads a pipeline's structure alone: its parameters may still lack values.
 *
 * @throws {PipelineError} as {@link loadPipeline}.
 */
export function loadDeclaration(options: {
  readonly file: string;
  readonly stages: readonly StageDefinition[];
  readonly workspace: string;
}): DeclaredPipeline {
  const { file, stages: definitions, workspace } = options;
  const diagnostics: Diagnostic[] = [];
  const source = readSource(file, workspace, diagnostics);
  const declared = source && declarePipeline(source, { definitions, workspace }, diagnostics);
  if (declared === undefined) throw invalidPipeline(diagnostics);
  return declared;
}
