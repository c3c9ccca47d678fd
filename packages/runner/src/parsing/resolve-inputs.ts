import type { DeclaredInput } from './declared-pipeline.ts';
import { agree } from './expand-matrix.ts';
import { resolveFiles } from './resolve-files.ts';
import type { Member, Members } from './resolve-matrix.ts';
import type { ResolvedInput } from './resolved-pipeline.ts';
import type { StageScope } from './stage-scope.ts';
import { referencesIn } from './stage-scope.ts';

/** What stages became, by the name they were declared with. */
export interface ResolvedMembers {
  readonly membersOf: (stage: string) => Members;
  /** Whether the stage of this full name is not part of the run. */
  readonly isLeftOut: (name: string) => boolean;
}

/** A stage's inputs, or why the stage has to be left out with one that it reads. */
export interface FoundInputs {
  readonly inputs: readonly ResolvedInput[];
  readonly leftOut: string | undefined;
}

/** The members of `stage` that a stage with the matrix values of `scope` looks at. */
export function matchingMembers(
  stage: string,
  { combination }: StageScope,
  { membersOf }: ResolvedMembers,
): Member[] {
  return membersOf(stage).list.filter((member) => agree(member.combination, combination));
}

/**
 * Finds where each input is read from.
 *
 * Of a stage with a matrix, the members are read that agree with the reader's own matrix values. If
 * those leave one member only, its output is read as it is; else the outputs become one folder.
 */
export async function resolveInputs(
  scope: StageScope,
  resolved: ResolvedMembers,
): Promise<FoundInputs> {
  const { combination } = scope;
  const isOne = (stage: string): boolean =>
    resolved.membersOf(stage).axes.every((axis) => Object.hasOwn(combination, axis));
  const inputs: ResolvedInput[] = [];
  let leftOut: string | undefined;
  for (const input of scope.stage.inputs) {
    if (input.type === 'files') {
      const found = await findFiles(input, scope);
      if (found !== undefined) inputs.push(found);
      continue;
    }
    const all = matchingMembers(input.stage, scope, resolved);
    const present = all.filter(({ name }) => !resolved.isLeftOut(name));
    if (all.length === 0 && resolved.membersOf(input.stage).list.length > 0) {
      reportNoMember(input, scope);
    } else if (present.length > 0) inputs.push(readMembers(input, present, isOne(input.stage)));
    else if (!input.key.endsWith('?')) leftOut ??= `reads "${input.stage}", which is left out`;
  }
  return { inputs, leftOut };
}

/** @param isOne - whether the reader's own matrix values leave room for one member only. */
function readMembers(
  { name, output, subpath }: Extract<DeclaredInput, { type: 'output' }>,
  members: readonly Member[],
  isOne: boolean,
): ResolvedInput {
  if (isOne && members.length === 1) {
    return { type: 'output', name, stage: members[0]!.name, output, subpath };
  }
  const parts = members.map((member) => [member.key, { stage: member.name, output, subpath }]);
  return { type: 'collection', name, members: Object.fromEntries(parts) as never };
}

function reportNoMember(
  { name, key, stage }: Extract<DeclaredInput, { type: 'output' }>,
  { declared, stage: reader, combination, diagnostics }: StageScope,
): void {
  const values = Object.entries(combination).map(([axis, value]) => `${axis} ${value}`);
  const message = `Stage "${reader.name}": input "${name}" reads "${stage}", but that has no member for ${values.join(', ')}.`;
  diagnostics.push({
    message,
    where: declared.source.at(['stages', reader.name, 'inputs', key]),
  });
}

function findFiles(
  input: Extract<DeclaredInput, { type: 'files' }>,
  scope: StageScope,
): Promise<ResolvedInput | undefined> {
  const { stage, declared, workspace } = scope;
  return resolveFiles(input, {
    stage: stage.name,
    workspace,
    allowsGlobs: stage.action.type === 'command',
    context: referencesIn(scope, ['inputs', input.key], '<path>'),
    where: () => declared.source.at(['stages', stage.name, 'inputs', input.key]),
  });
}
