import { LimberError } from '../errors/limber-error.ts';

/**
 * The error of a process that was stopped for so long, in a place where nobody can see whether it
 * lives, that others went on without it.
 *
 * @param where - the lock or the private folder that it has lost.
 */
export function leaseLost(where: string): LimberError {
  return new LimberError('lease-lost', {
    where,
    what: 'this process gave no heartbeat for so long that another one took it for dead and went on, so nothing more is written',
    fix: 'Was it stopped, or the machine asleep? Run again.',
  });
}

/** Whether an error is {@link leaseLost}. */
export function isLeaseLost(error: unknown): error is LimberError {
  return error instanceof LimberError && error.code === 'lease-lost';
}
