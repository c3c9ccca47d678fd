import type { DeclaredPipeline, DeclaredStage, StageAction } from './declared-pipeline.ts';
import type { Diagnostic, Place } from './diagnostic.ts';
import { applyOverrides, type Parameters } from './overrides.ts';
import { resolveFiles } from './resolve-files.ts';
import {
  resolveReferences,
  type ResolveContext,
  type ResolvedValue,
} from './resolve-references.ts';
import type { ResolvedInput, ResolvedPipeline, ResolvedStage } from './resolved-pipeline.ts';
import { checkSchema } from './schema-diagnostics.ts';

/**
 * Puts parameters into a declared pipeline, parses each stage's `with` by its schema, and finds
 * the user's files. What is wrong becomes diagnostics; the result then must not be used.
 */
export async function resolvePipeline(
  declared: DeclaredPipeline,
  options: { readonly overrides: readonly string[]; readonly workspace: string },
  diagnostics: Diagnostic[],
): Promise<ResolvedPipeline> {
  const parameters = applyOverrides(declared, options.overrides, diagnostics);
  const stages: ResolvedStage[] = [];
  for (const stage of declared.stages) {
    const scope: StageScope = {
      declared,
      stage,
      parameters,
      workspace: options.workspace,
      diagnostics,
    };
    const resolved = resolveReferences(stage.with, contextOf(scope, ['with'], '<value>'));
    stages.push({
      ...stage,
      action: resolveAction(scope),
      params: parseParams(resolved, scope),
      labelOf: labelFinder(resolved, parameters),
      inputs: await resolveInputs(scope),
    });
  }
  return { name: declared.name, description: declared.description, file: declared.file, stages };
}

interface StageScope {
  readonly declared: DeclaredPipeline;
  readonly stage: DeclaredStage;
  readonly parameters: Parameters;
  readonly workspace: string;
  readonly diagnostics: Diagnostic[];
}

function contextOf(
  { declared, stage, parameters, diagnostics }: StageScope,
  base: readonly string[],
  placeholder: ResolveContext['placeholder'],
): ResolveContext {
  return {
    parameters,
    subject: `Stage "${stage.name}"`,
    placeholder,
    at: (path) => declared.source.at(['stages', stage.name, ...base, ...path]),
    diagnostics,
  };
}

function resolveAction(scope: StageScope): StageAction {
  const { action } = scope.stage;
  if (action.type === 'module') return action;
  const { value } = resolveReferences(action.command, contextOf(scope, ['run'], '<value>'));
  return { type: 'command', command: String(value) };
}

function parseParams(resolved: ResolvedValue, scope: StageScope): unknown {
  const { stage, declared, parameters, diagnostics } = scope;
  const given = resolved.value ?? {};
  const where = declared.source.at(['stages', stage.name, 'with']);
  if (typeof given !== 'object' || Array.isArray(given)) {
    const message = `Stage "${stage.name}": expected "with" to be a map of parameters, got ${JSON.stringify(given)}.`;
    diagnostics.push({ message, where });
    return {};
  }
  const schema = stage.action.type === 'module' ? stage.action.definition.params : undefined;
  if (schema === undefined) return toJson(given);
  const place = (path: readonly (string | number)[], wanted: 'key' | 'value'): Place => {
    const origin = originOf(path.map(String), resolved);
    if (origin !== undefined) return parameters.placeOf(origin, wanted);
    const written = ['stages', stage.name, 'with', ...path];
    return wanted === 'key' ? declared.source.atKey(written) : declared.source.at(written);
  };
  const subject = {
    subject: `Stage "${stage.name}"`,
    label: (path: readonly (string | number)[]) => {
      const origin = originOf(path.map(String), resolved);
      return origin === undefined ? ['with', ...path].join('.') : `params.${origin.join('.')}`;
    },
    at: place,
  };
  const parsed = checkSchema(schema, given, subject, diagnostics)?.parsed ?? {};
  return toJson(parsed);
}

/** Params travel to another process and into the fingerprint as JSON, and must not differ there. */
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

/** The parameter that the value at `path` was taken from, or would be if it were given. */
function originOf(path: readonly string[], resolved: ResolvedValue): string[] | undefined {
  for (let length = path.length; length >= 0; length--) {
    const origin = resolved.origins.get(path.slice(0, length).join('.'));
    if (origin !== undefined) return [...origin, ...path.slice(length)];
  }
  return undefined;
}

function labelFinder(
  resolved: ResolvedValue,
  parameters: Parameters,
): (path: readonly string[]) => string {
  return (path) => {
    const origin = originOf(path, resolved);
    const isSettable = origin !== undefined && holds(parameters.values, origin);
    return isSettable ? `params.${origin.join('.')}` : ['with', ...path].join('.');
  };
}

function holds(values: unknown, path: readonly string[]): boolean {
  let group = values;
  for (const segment of path) {
    if (typeof group !== 'object' || group === null || !Object.hasOwn(group, segment)) return false;
    group = (group as Record<string, unknown>)[segment];
  }
  return true;
}

async function resolveInputs(scope: StageScope): Promise<ResolvedInput[]> {
  const { stage, declared, workspace } = scope;
  const inputs: ResolvedInput[] = [];
  for (const input of stage.inputs) {
    if (input.type === 'output') {
      const { name, stage, output, subpath } = input;
      inputs.push({ type: 'output', name, stage, output, subpath });
      continue;
    }
    const resolved = await resolveFiles(input, {
      stage: stage.name,
      workspace,
      allowsGlobs: stage.action.type === 'command',
      context: contextOf(scope, ['inputs', input.key], '<path>'),
      where: declared.source.at(['stages', stage.name, 'inputs', input.key]),
    });
    if (resolved !== undefined) inputs.push(resolved);
  }
  return inputs;
}
