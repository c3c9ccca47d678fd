import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { invalidPipeline, PipelineError } from '../pipeline-error.ts';
import type { StageDefinition } from '../stage-definition.ts';
import { declarePipeline } from './declare-pipeline.ts';
import type { DeclaredPipeline } from './declared-pipeline.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { ResolvedPipeline } from './resolved-pipeline.ts';
import { resolvePipeline } from './resolve-pipeline.ts';

/**
 * Reads a pipeline and everything it depends on outside the store.
 *
 * @throws {PipelineError} `pipeline-not-found`, or `invalid-pipeline` with all problems at once.
 */
export async function loadPipeline(options: {
  readonly file: string;
  readonly stages: readonly StageDefinition[];
  readonly overrides?: readonly string[];
  readonly workspace: string;
}): Promise<ResolvedPipeline> {
  const diagnostics: Diagnostic[] = [];
  const declared = declare(options, diagnostics);
  if (declared === undefined) throw invalidPipeline(diagnostics);
  const { overrides = [], workspace } = options;
  const resolved = await resolvePipeline(declared, { overrides, workspace }, diagnostics);
  if (diagnostics.length > 0) throw invalidPipeline(diagnostics);
  return resolved;
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
  const diagnostics: Diagnostic[] = [];
  const declared = declare(options, diagnostics);
  if (declared === undefined) throw invalidPipeline(diagnostics);
  return declared;
}

function declare(
  { file, stages, workspace }: Parameters<typeof loadDeclaration>[0],
  diagnostics: Diagnostic[],
): DeclaredPipeline | undefined {
  const path = resolve(workspace, file);
  const shown = relative(workspace, path);
  const label = shown.startsWith('..') || isAbsolute(shown) ? path : shown;
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new PipelineError('pipeline-not-found', `There is no pipeline file ${label}.`, {
      where: label,
    });
  }
  return declarePipeline(readFileSync(path, 'utf8'), label, stages, diagnostics);
}
