import type { DeclaredPipeline, DeclaredStage } from './declared-pipeline.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Combination } from './expand-matrix.ts';
import type { Parameters } from './overrides.ts';
import type { ResolveContext } from './resolve-references.ts';

/** All that a stage is resolved with. */
export interface StageScope {
  readonly declared: DeclaredPipeline;
  readonly stage: DeclaredStage;
  readonly combination: Combination;
  readonly parameters: Parameters;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly diagnostics: Diagnostic[];
}

/** How references in the part `base` of a stage are resolved. */
export function referencesIn(
  scope: StageScope,
  base: readonly string[],
  placeholder: ResolveContext['placeholder'],
): ResolveContext {
  const { declared, stage, parameters, combination, environment, diagnostics } = scope;
  return {
    parameters,
    combination,
    environment,
    subject: `Stage "${stage.name}"`,
    placeholder,
    at: (path) => declared.source.at(['stages', stage.name, ...base, ...path]),
    diagnostics,
  };
}
