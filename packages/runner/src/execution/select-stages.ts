import { suggestName } from '../parsing/nearest-name.ts';
import { withDependents, withNeeded, type OrderedStage } from '../parsing/stage-order.ts';
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

/**
 * Decides the role of each stage.
 *
 * @throws {PipelineError} `unknown-stage` for a name that no stage has.
 */
export function selectStages(
  stages: readonly OrderedStage[],
  { only = [], from = [], force = [] }: Selection,
): (stage: string) => StageRole {
  const names = stages.map(({ name }) => name);
  for (const [option, chosen] of Object.entries({ only, from, force })) {
    const unknown = chosen.find((name) => !names.includes(name));
    if (unknown === undefined) continue;
    const message = `There is no stage "${unknown}".${suggestName(unknown, names)} (--${option} ${unknown})`;
    throw new PipelineError('unknown-stage', message, { where: `--${option} ${unknown}` });
  }
  if (only.length + from.length === 0) return () => 'run';
  const selected = new Set([...only, ...(from.length > 0 ? withDependents(stages, from) : [])]);
  const needed = withNeeded(stages, selected);
  return (stage) => (selected.has(stage) ? 'run' : needed.has(stage) ? 'reuse' : 'omit');
}
