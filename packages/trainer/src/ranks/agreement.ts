import { TrainingInterrupted } from '../errors/training-interrupted.ts';
import type { Run } from '../loops/run.ts';

/**
 * Lets all ranks know, at the same point of each, what only one may know: whether the signal was given to any of them, and
 * whether a callback of rank 0 asked for the end, such as a time limit or early stopping. In a fit of one process it only
 * looks at the signal.
 *
 * @throws {TrainingInterrupted} with `throwsIfInterrupted`, on all ranks if the signal was given to one.
 */
export function agree<Batch>(
  run: Run<Batch>,
  { throwsIfInterrupted }: { readonly throwsIfInterrupted: boolean },
): void {
  const { ranks } = run;
  if (ranks.worldSize > 1) {
    const all = ranks.gather([interruptionOf(run)?.exitCode ?? 0, run.shouldStop ? 1 : 0]);
    run.shouldStop = all[0]![1] === 1;
    run.exitCode ??= all.map(([code]) => code!).find((code) => code !== 0) ?? null;
  }
  if (throwsIfInterrupted) throwIfInterrupted(run);
}

/** @throws {TrainingInterrupted} if the signal was given; with several ranks, if they have agreed on it. */
export function throwIfInterrupted<Batch>(run: Run<Batch>): void {
  const own = interruptionOf(run);
  if (run.ranks.worldSize === 1) {
    if (own !== null) throw own;
    return;
  }
  const { exitCode, position } = run;
  if (exitCode !== null) throw own ?? new TrainingInterrupted(position.step, { exitCode });
}

function interruptionOf<Batch>({ signal, position }: Run<Batch>): TrainingInterrupted | null {
  return signal?.aborted === true ? new TrainingInterrupted(position.step, signal.reason) : null;
}
