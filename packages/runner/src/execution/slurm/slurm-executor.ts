import { spawnSync } from 'node:child_process';
import { createLifeWatch } from '@limber/files';
import { PipelineError } from '../../pipeline-error.ts';
import { lockHolder } from '../../store/lock.ts';
import type { Executor, StageWork, WorkLine, WorkOutcome } from '../executor.ts';
import { requireProgram } from '../require-program.ts';
import { followJob } from './follow-job.ts';
import type { Job } from './job-folder.ts';
import { fenceOf, isFinal, jobOf, openJob, readOutcome, ticketOf } from './job-folder.ts';
import { cancelJob, isActive, lookAtQueue } from './job-queue.ts';
import { submitJob } from './submit-job.ts';

/**
 * Runs each task as a job of Slurm, on nodes that see the workspace, Node and this package at the same
 * paths; members of a matrix that are ready together, as one job array. The job is found by its name, so that it is never given to Slurm twice; how it ended is what it
 * writes into the work's folder itself; a lock there keeps its copies from working at the same time.
 */
export const slurmExecutor: Executor = {
  name: 'slurm',
  isDetached: true,
  orphanGraceMs: 0,
  requireReady,
  run: runAsJob,
  async isRunning(ticket) {
    const job = jobOf(ticket);
    return job === undefined ? false : isGoingOn(job);
  },
  async cancel(ticket) {
    const job = jobOf(ticket);
    if (job === undefined) return;
    do await cancelJob(job.key);
    while (await isGoingOn(job));
  },
};

async function runAsJob(work: StageWork, line: WorkLine): Promise<WorkOutcome> {
  const { job, isNew } = openJob(work);
  line.onTicket(ticketOf(job));
  // it may end while the queue is asked
  const isBegun = !isNew && ((await isGoingOn(job)) !== false || isFinal(readOutcome(job)));
  if (!isBegun) {
    if (line.stop.ending.aborted) return { type: 'interrupted' };
    const problem = await submitJob(job, work);
    if (problem !== undefined) {
      const jobs = await lookAtQueue(job.key);
      // it may have been taken, and be done already
      const isTaken = jobs === undefined || jobs.some(isActive) || readOutcome(job) !== undefined;
      if (!isTaken) return refusal(problem);
    }
  }
  return followJob(job, work, line);
}

function refusal(problem: string): WorkOutcome {
  const message = `Slurm did not take the stage’s job: ${problem}`;
  return { type: 'failed', message, isInvalidInput: false };
}

const watch = createLifeWatch();

/** A job's processes may go on where the queue no longer knows of them; undefined if the queue does not answer. */
async function isGoingOn(job: Job): Promise<boolean | undefined> {
  if (lockHolder(fenceOf(job), watch) !== undefined) return true;
  const outcome = readOutcome(job);
  if (isFinal(outcome)) return false;
  const jobs = await lookAtQueue(job.key);
  const hasSaved = outcome !== undefined;
  return jobs?.some((found) => isActive(found) && !(hasSaved && found.state === 'COMPLETING'));
}

/** Asked once in a process. */
let isReady = false;

function requireReady(): void {
  requireProgram('job');
  isReady ||= spawnSync('sbatch', ['--version']).status === 0;
  if (isReady) return;
  const message =
    'Stages are to run as jobs of Slurm, but its command sbatch cannot be started here. Run this on a node from which jobs can be submitted, or with --executor local.';
  throw new PipelineError('no-slurm', message, { where: 'executor: slurm' });
}
