import { LimberError } from '@limber/files';

/**
 * Refuses an asynchronous training step, with one error in place of those that its tensors would give once they are freed.
 *
 * @param answer - what it returned.
 * @throws {LimberError} `invalid-argument` if that is a promise.
 */
export function refusePromise(answer: unknown): void {
  if (!(answer instanceof Promise)) return;
  // it goes on without its tensors; what it fails of is said here already
  answer.catch(() => undefined);
  throw new LimberError('invalid-argument', {
    where: 'trainingStep',
    what: 'a step that waits: what it computes is recorded and freed while it runs',
    expected: 'its result',
    got: 'a promise',
    fix: 'Log numbers with trainer.log, and wait in the source of the batches or in a hook such as onTrainBatchEnd.',
  });
}
