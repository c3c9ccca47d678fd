import type { WorkOutcome } from '../executor.ts';
import type { QueuedJob } from './job-queue.ts';

/**
 * What has become of a job that is over and has not said how its work ended.
 *
 * @param job - as the queue showed it; undefined if it is not there.
 * @param complaints - what the job's program printed.
 */
export function describeEnd(job: QueuedJob | undefined, complaints: string): WorkOutcome {
  const { what, isTemporary = false } = explain(job);
  const which = job === undefined ? 'Slurm’s job' : `Slurm’s job ${job.id}`;
  const lines = complaints.trim().split('\n').slice(-5).join('\n');
  const message = `${which} ${what}${lines === '' ? '' : ` It printed: ${lines}`}`;
  return { type: 'failed', message, isInvalidInput: false, ...(isTemporary && { isTemporary }) };
}

function explain(job: QueuedJob | undefined): {
  readonly what: string;
  readonly isTemporary?: boolean;
} {
  if (job === undefined) {
    return { what: 'has gone from the queue and left no result: it is lost.', isTemporary: true };
  }
  switch (job.state) {
    case 'NODE_FAIL':
    case 'BOOT_FAIL':
      return { what: `was lost with its node (${job.state}).`, isTemporary: true };
    case 'PREEMPTED':
      return { what: 'had to give way to another one (PREEMPTED).', isTemporary: true };
    case 'CANCELLED':
      return { what: 'was cancelled (scancel). Run again to go on.' };
    case 'TIMEOUT':
    case 'DEADLINE':
      return {
        what: `was ended at its time limit (${job.state}). Give it more: slurm: { time: 12h }, or a partition that allows more.`,
      };
    case 'OUT_OF_MEMORY':
      return {
        what: 'needed more memory than it asked for (OUT_OF_MEMORY). Give it more: resources: { memory: 8GB }.',
      };
    default:
      return { what: `ended (${job.state}, ${job.reason}) before the stage was done.` };
  }
}
