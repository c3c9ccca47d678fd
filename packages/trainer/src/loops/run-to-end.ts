import { TrainingInterrupted } from '../errors/training-interrupted.ts';
import type { RunOutcome } from '../loggers/logger.ts';
import type { Run } from './run.ts';

/**
 * Does the work of a run, then its last hooks, and closes its loggers, whatever of them fails: the first failure is thrown,
 * the others are warned of.
 */
export async function runToEnd<Batch, Result>(
  { hooks, loggers, stage, trainer }: Run<Batch>,
  work: () => Promise<Result>,
): Promise<Result> {
  const failures: unknown[] = [];
  const attempt = async <Value>(part: () => Value | Promise<Value>): Promise<Value | undefined> => {
    try {
      return await part();
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  };
  const result = await attempt(work);
  const [cause] = failures;
  if (failures.length > 0) failures.push(...(await hooks.runEach('onException', cause)));
  failures.push(...(await hooks.runEach('teardown', stage)));
  for (const logger of loggers) await attempt(() => logger.close(outcomeOf(failures)));
  if (failures.length === 0) return result as Result;
  // what a lost device answers to everyone is told once
  const others = new Set(failures.slice(1));
  others.delete(cause);
  for (const error of others) trainer.warn(`At the end, besides: ${String(error)}`);
  throw failures[0];
}

function outcomeOf(failures: readonly unknown[]): RunOutcome {
  if (failures.length === 0) return 'finished';
  return failures[0] instanceof TrainingInterrupted ? 'interrupted' : 'failed';
}
