import { findSharedVariable } from './command-variables.ts';
import type {
  DeclaredPipeline,
  DeclaredStage,
  SlurmOptions,
  StageAction,
} from './declared-pipeline.ts';
import type { Diagnostic } from './diagnostic.ts';
import { applyOverrides } from './overrides.ts';
import { resolveCondition } from './resolve-condition.ts';
import type { ResolvedMembers } from './resolve-inputs.ts';
import { matchingMembers, resolveInputs } from './resolve-inputs.ts';
import { findReferences } from './references.ts';
import type { Member, Members } from './resolve-matrix.ts';
import { resolveMatrix } from './resolve-matrix.ts';
import { resolveParams } from './resolve-params.ts';
import { resolveReferences } from './resolve-references.ts';
import type { ResolvedPipeline, ResolvedStage } from './resolved-pipeline.ts';
import type { StageScope } from './stage-scope.ts';
import { referencesIn } from './stage-scope.ts';

/**
 * Puts parameters into a declared pipeline, makes a stage of each combination of a matrix, parses
 * each stage's `with` by its schema, and finds the user's files. What is wrong becomes diagnostics;
 * the result then must not be used.
 */
export async function resolvePipeline(
  declared: DeclaredPipeline,
  options: {
    readonly overrides: readonly string[];
    readonly workspace: string;
    readonly environment: Readonly<Record<string, string | undefined>>;
  },
  diagnostics: Diagnostic[],
): Promise<ResolvedPipeline> {
  const { overrides, workspace, environment } = options;
  const found: Diagnostic[] = [];
  const parameters = applyOverrides(declared, overrides, found);
  const shared = { declared, parameters, workspace, environment, diagnostics: found };
  const members = new Map<string, Members>();
  const stages: ResolvedStage[] = [];
  const leftOut = new Set<string>();
  const resolved: ResolvedMembers = {
    membersOf: (stage) => members.get(stage) ?? { axes: [], list: [] },
    isLeftOut: (name) => leftOut.has(name),
  };
  for (const stage of parameters.stages) {
    const own = resolveMatrix({ ...shared, stage, combination: {} });
    members.set(stage.name, own);
    for (const member of own.list) {
      const { combination } = member;
      const made = await resolveMember(member, { ...shared, stage, combination }, resolved);
      if (made.leftOut !== undefined) leftOut.add(made.name);
      stages.push(made);
    }
  }
  const remote = resolveRemote(shared);
  diagnostics.push(...withoutRepeats(found));
  const { name, description, file, source } = declared;
  const { values: params } = parameters;
  return { name, description, file, files: source.files, remote, params, stages };
}

async function resolveMember(
  { name, combination }: Member,
  scope: StageScope,
  resolved: ResolvedMembers,
): Promise<ResolvedStage> {
  const { stage } = scope;
  const unmet = resolveCondition(scope);
  const { with: _with, matrix: _matrix, when: _when, ...rest } = stage;
  const base = { ...rest, name, declaredName: stage.name, combination };
  if (unmet !== undefined) {
    return { ...base, leftOut: unmet, params: {}, labelOf: String, inputs: [], needs: [] };
  }
  const { inputs, leftOut } = await resolveInputs(scope, resolved);
  const made: ResolvedStage = {
    ...base,
    leftOut,
    action: resolveAction(scope),
    slurm: resolveSlurm(scope),
    ...resolveParams(scope),
    inputs,
    needs: leftOut === undefined ? findNeeds(stage, scope, resolved) : [],
  };
  const shared = made.action.type === 'command' ? findSharedVariable(made) : undefined;
  if (shared !== undefined) {
    const message = `Stage "${stage.name}": ${shared}. Rename one of them.`;
    scope.diagnostics.push({
      message,
      where: scope.declared.source.at(['stages', stage.name], 'key'),
    });
  }
  return made;
}

function findNeeds(stage: DeclaredStage, scope: StageScope, resolved: ResolvedMembers): string[] {
  return stage.needs
    .flatMap((needed) => matchingMembers(needed, scope, resolved))
    .map(({ name }) => name)
    .filter((name) => !resolved.isLeftOut(name));
}

function resolveAction(scope: StageScope): StageAction {
  const { action } = scope.stage;
  if (action.type === 'module') return action;
  const context = referencesIn(scope, ['run'], '<value>');
  const references = [...findReferences(action.command, [])];
  const values = references.map(({ reference: { text } }) => {
    // A space, so that the value is put into a text, whatever its type.
    const { value } = resolveReferences(`\${{ ${text} }} `, context);
    return { label: text, value: String(value).slice(0, -1) };
  });
  return { ...action, values };
}

function resolveSlurm(scope: StageScope): SlurmOptions {
  const { partition, account, timeMs } = scope.stage.slurm;
  const resolve = (key: string, template: string | undefined): string | undefined => {
    const context = referencesIn(scope, ['slurm', key], '<value>');
    // A space, so that the value is put into a text, whatever its type.
    const { value } = resolveReferences(template === undefined ? '' : `${template} `, context);
    return String(value).trim() || undefined;
  };
  return {
    partition: resolve('partition', partition),
    account: resolve('account', account),
    timeMs,
  };
}

/** Puts parameters into the place of the remote store. */
export function resolveRemote(
  shared: Pick<StageScope, 'declared' | 'parameters' | 'environment' | 'diagnostics'>,
): ResolvedPipeline['remote'] {
  const { declared, parameters, environment, diagnostics } = shared;
  if (declared.remote === undefined) return undefined;
  const { value } = resolveReferences(declared.remote.url, {
    parameters,
    environment,
    combination: {},
    subject: 'The remote store',
    placeholder: '<value>',
    at: () => declared.source.at(['remote']),
    diagnostics,
  });
  return typeof value === 'string' && value !== '' ? { ...declared.remote, url: value } : undefined;
}

/** What is wrong with a stage is wrong with each member of its matrix, and said once. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ message, where }) => {
    const key = `${message} ${where.label}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
