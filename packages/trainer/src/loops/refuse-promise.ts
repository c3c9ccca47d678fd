import { LimberError } from '@limber/files';

/**
 * Refuses an asynchronous step, with one error in place of those that its tensors would give once they are freed.
 *
 * @param step - its name, as a module has it.
 * @param answer - what it returned.
 * @throws {LimberError} `invalid-argument` if that is a promise.
 */
export function refusePromise(step: string, answer: unknown): void {
  if (!(answer instanceof Promise)) return;
  // it goes on without its tensors; what it fails of is said here already
  answer.catch(() => undefined);
  throw new LimberError('invalid-argument', {
    where: step,
    what: 'a step that waits: what it computes is recorded and freed while it runs',
    expected: 'its result',
    got: 'a promise',
    fix: 'Read numbers with dataSync(), and wait for other things in the source of the batches or in a hook such as onTrainBatchStart.',
  });
}
