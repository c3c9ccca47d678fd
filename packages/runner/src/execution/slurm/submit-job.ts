import { join } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import type { StageWork } from '../executor.ts';
import { requireProgram } from '../require-program.ts';
import type { Job } from './job-folder.ts';
import { complaintsFile } from './job-folder.ts';
import { runSlurm } from './slurm-command.ts';

/**
 * The script of every job: its words are those that are to be run, and arrive as they are. A shell puts
 * off signals while a child runs, so it gives way to the program.
 */
export const jobScript: string = `#!/bin/sh
exec "$@" >> ${complaintsFile} 2>&1
`;

/** How long before its time limit a job is told to save, at most, in seconds. */
const longestNoticeSeconds = 90;

/** Time beside that of the stage itself: to start, and to save when its time is over. */
const allowanceMs = 2 * 60_000;

/** The words of `sbatch` for a piece of work, its options first. */
export function jobWords({ key, folder }: Job, work: StageWork): string[] {
  const { resources, slurm, timeoutMs } = work;
  const { cpu, memoryBytes, gpu } = resources;
  const timeMs = slurm.timeMs ?? (timeoutMs === undefined ? undefined : timeoutMs + allowanceMs);
  const noticeSeconds = Math.min(longestNoticeSeconds, Math.floor((timeMs ?? Infinity) / 4000));
  const when = (isAsked: boolean, word: string): string[] => (isAsked ? [word] : []);
  return [
    '--parsable',
    '--requeue',
    '--export=ALL',
    '--nodes=1',
    '--ntasks=1',
    `--job-name=${key}`,
    `--comment=limber ${work.name}`,
    `--chdir=${folder}`,
    // The script writes into its folder itself: Slurm would read "%" in a path of its own way.
    '--output=/dev/null',
    `--cpus-per-task=${Math.ceil(cpu)}`,
    ...when(memoryBytes > 0, `--mem=${Math.ceil(memoryBytes / 2 ** 20)}M`),
    ...when(gpu > 0, `--gres=gpu:${gpu}`),
    ...when(timeMs !== undefined, `--time=${Math.ceil(timeMs! / 60_000)}`),
    ...when(work.resumedFrom !== undefined, `--signal=B:USR2@${noticeSeconds}`),
    ...when(slurm.partition !== undefined, `--partition=${slurm.partition}`),
    ...when(slurm.account !== undefined, `--account=${slurm.account}`),
    join(folder, 'job.sh'),
    process.execPath,
    requireProgram('job'),
    folder,
    key,
  ];
}

/**
 * Gives a job to Slurm.
 *
 * @returns why there is no answer that it was taken; it may be in the queue all the same.
 */
export async function submitJob(job: Job, work: StageWork): Promise<string | undefined> {
  writeFileAtomicSync(join(job.folder, 'job.sh'), jobScript);
  const { isGood, problem } = await runSlurm('sbatch', jobWords(job, work));
  return isGood ? undefined : problem.replaceAll('sbatch: error: ', '');
}
