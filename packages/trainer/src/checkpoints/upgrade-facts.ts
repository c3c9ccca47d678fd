import type { CheckpointFacts, LoopPosition } from './checkpoint.ts';
import { checkpointVersion } from './checkpoint.ts';

/** Facts as some version of this package wrote them. */
type StoredFacts = Omit<CheckpointFacts, 'position'> & {
  readonly position: Omit<LoopPosition, 'samples'> & Partial<Pick<LoopPosition, 'samples'>>;
};

/**
 * Brings the facts of an older checkpoint to the present version.
 *
 * Version 1 did not count samples: they count from 0 at the resume. It knew one kind of logger, which had no type.
 */
export function upgradeFacts(facts: StoredFacts): CheckpointFacts {
  const { position, loggers } = facts;
  return {
    ...facts,
    version: checkpointVersion,
    position: { ...position, samples: position.samples ?? 0 },
    loggers: loggers.map((state) => ({ type: 'jsonl', ...state })),
  };
}
