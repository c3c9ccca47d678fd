import { join } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import type { StageWork } from '../executor.ts';
import { requireProgram } from '../require-program.ts';
import { gatherCalls } from './gather-calls.ts';
import type { Job } from './job-folder.ts';
import { complaintsFile } from './job-folder.ts';
import { splitKey } from './job-key.ts';
import { runSlurm } from './slurm-command.ts';

/**
 * The script of some jobs: each finds its folder there by its index. Its words are the rest of what is
 * to be run, and arrive as they are. A shell puts off signals while a child runs, so it gives way to the
 * program.
 */
export function jobScript(jobs: readonly Job[]): string {
  const folders = jobs.map(({ key, folder }) => {
    const quoted = `'${folder.replaceAll("'", String.raw`'\''`)}'`;
    return `${splitKey(key).index ?? "''"}) folder=${quoted} ;;`;
  });
  return `#!/bin/sh
case "$SLURM_ARRAY_TASK_ID" in
${folders.join('\n')}
esac
cd "$folder" && exec "$@" "$folder" >> ${complaintsFile} 2>&1
`;
}

/** How long before its time limit a job is told to save, at most, in seconds. */
const longestNoticeSeconds = 90;

/** Time beside that of the stage itself: to start, and to save when its time is over. */
const allowanceMs = 2 * 60_000;

/** What `sbatch` is told about a piece of work. */
export function jobOptions({ key }: Job, work: StageWork): string[] {
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
    `--job-name=${splitKey(key).name}`,
    `--comment=limber ${work.matrix ?? work.name}`,
    `--chdir=${work.cwd}`,
    // The script writes into its folder itself: Slurm would read "%" in a path of its own way.
    '--output=/dev/null',
    `--cpus-per-task=${Math.ceil(cpu)}`,
    ...when(memoryBytes > 0, `--mem=${Math.ceil(memoryBytes / 2 ** 20)}M`),
    ...when(gpu > 0, `--gres=gpu:${gpu}`),
    ...when(timeMs !== undefined, `--time=${Math.ceil(timeMs! / 60_000)}`),
    ...when(work.resumedFrom !== undefined, `--signal=B:USR2@${noticeSeconds}`),
    ...when(slurm.partition !== undefined, `--partition=${slurm.partition}`),
    ...when(slurm.account !== undefined, `--account=${slurm.account}`),
  ];
}

/** Members of a matrix become ready one after another, slowly on a busy machine. */
const gatherMs = 500;

const submitTogether = gatherCalls(gatherMs, (options, jobs: readonly Job[]) =>
  submit(jobs, JSON.parse(options) as string[]),
);

/**
 * Gives a job to Slurm; the tasks of an array that come together, at once.
 *
 * @returns why there is no answer that it was taken; it may be in the queue all the same.
 */
export function submitJob(job: Job, work: StageWork): Promise<string | undefined> {
  const options = jobOptions(job, work);
  const isTask = splitKey(job.key).index !== undefined;
  return isTask ? submitTogether(JSON.stringify(options), job) : submit([job], options);
}

async function submit(
  jobs: readonly Job[],
  options: readonly string[],
): Promise<string | undefined> {
  const [first] = jobs as [Job];
  const script = join(first.folder, 'job.sh');
  writeFileAtomicSync(script, jobScript(jobs));
  const { name } = splitKey(first.key);
  const indexes = jobs.flatMap(({ key }) => splitKey(key).index ?? []);
  const array = indexes.length === 0 ? [] : [`--array=${indexes.join()}`];
  const program = [process.execPath, requireProgram('job'), name];
  const { isGood, problem } = await runSlurm('sbatch', [...options, ...array, script, ...program]);
  return isGood ? undefined : problem.replaceAll('sbatch: error: ', '');
}
