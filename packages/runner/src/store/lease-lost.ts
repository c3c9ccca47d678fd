import { PipelineError } from '../pipeline-error.ts';

/**
 * The error of a process that was stopped for so long, in a place where nobody can see whether it
 * lives, that others went on without it.
 *
 * @param where - the lock or the private folder that it has lost.
 */
export function leaseLost(where: string): PipelineError {
  const message = `This process gave no heartbeat for so long that another one took it for dead and went on in its place, so nothing more is written: ${where}. Was it stopped, or the machine asleep? Run again.`;
  return new PipelineError('lease-lost', message, { where });
}

/** Whether an error is {@link leaseLost}. */
export function isLeaseLost(error: unknown): error is PipelineError {
  return error instanceof PipelineError && error.code === 'lease-lost';
}
