import type { Engine } from '@limber/engine';
import { LimberError } from '@limber/files';
import { TrainingInterrupted } from '@limber/trainer';

/** Whether this process writes the files of its training: it is the only one, or the first of several ranks. */
export function isFirstRank({ collectives }: Pick<Engine, 'collectives'>): boolean {
  return (collectives?.rank ?? 0) === 0;
}

/**
 * Does the work of one rank to an end that all ranks come to together.
 *
 * Whatever ends it on this rank alone ends the others too. One that all have agreed on they leave in order, rank 0 first.
 *
 * @param work - the training; without other ranks nothing but it is done.
 */
export async function asRank<Result>(
  { collectives }: Pick<Engine, 'collectives'>,
  work: () => Promise<Result>,
): Promise<Result> {
  if (collectives === null) return work();
  try {
    const result = await work();
    await collectives.untilFirstRankLeaves();
    return result;
  } catch (error) {
    const isOfOther = error instanceof LimberError && error.code === 'rank-lost';
    if (error instanceof TrainingInterrupted) await collectives.untilFirstRankLeaves();
    else if (!isOfOther) collectives.abort(error instanceof Error ? error.message : String(error));
    throw error;
  }
}
