import { suggestName } from '@limber/files';
import type { OrderedStage } from '../parsing/stage-order.ts';
import { withDependents, withNeeded } from '../parsing/stage-order.ts';
import { PipelineError } from '../pipeline-error.ts';

/** Which stages a run is about. */
export interface Selection {
  /** Run these alone; what they read must be in the store. */
  readonly only?: readonly string[];
  /** Run these and all that follow from them; what they read must be in the store. */
  readonly from?: readonly string[];
  /** Run these even if nothing changed; resumable ones start afresh. */
  readonly force?: readonly string[];
}

/**
 * What a run does with a stage: `run` it if it has to, `reuse` its last outputs even if they are out
 * of date, or `omit` it because nothing selected reads it.
 */
export type StageRole = 'run' | 'reuse' | 'omit';

/** A stage, and the name that all members of its matrix share. */
interface SelectableStage extends OrderedStage {
  readonly declaredName: string;
}

/**
 * Decides the role of each stage. The name of a stage with a matrix stands for all its members.
 *
 * @throws {PipelineError} `unknown-stage` for a name that no stage has.
 */
export function selectStages(
  stages: readonly SelectableStage[],
  { only = [], from = [], force = [] }: Selection,
): (stage: string) => StageRole {
  const names = new Set(stages.flatMap(({ name, declaredName }) => [declaredName, name]));
  for (const [option, chosen] of Object.entries({ only, from, force })) {
    const unknown = chosen.find((name) => !names.has(name));
    if (unknown === undefined) continue;
    const message = `There is no stage "${unknown}".${suggestName(unknown, [...names])} (--${option} ${unknown})`;
    throw new PipelineError('unknown-stage', message, { where: `--${option} ${unknown}` });
  }
  if (only.length + from.length === 0) return () => 'run';
  const namesOf = (chosen: readonly string[]): string[] =>
    stages.filter((stage) => isNamed(stage, chosen)).map(({ name }) => name);
  const selected = new Set([...namesOf(only), ...withDependents(stages, namesOf(from))]);
  const needed = withNeeded(stages, selected);
  return (stage) => (selected.has(stage) ? 'run' : needed.has(stage) ? 'reuse' : 'omit');
}

/** Whether a stage, or the matrix it belongs to, is among the chosen. */
export function isNamed(
  { name, declaredName }: Pick<SelectableStage, 'name' | 'declaredName'>,
  chosen: readonly string[],
): boolean {
  return chosen.includes(name) || chosen.includes(declaredName);
}
