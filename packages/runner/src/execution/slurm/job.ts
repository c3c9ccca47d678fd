import { spawnSync } from 'node:child_process';
import { appendFileSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { takeLock } from '../../store/lock.ts';
import type { StageWork, WorkOutcome } from '../executor.ts';
import { localExecutor } from '../local-executor.ts';
import type { JobOrder } from './job-folder.ts';
import * as places from './job-folder.ts';
import { keyOf } from './job-key.ts';

/**
 * The program of a job: `node job.js <name> <folder>`. It does the work as a runner on this node would,
 * and writes its lines, and in the end how it ended, into the folder.
 */
const [name = '', folder = ''] = process.argv.slice(2);
const {
  SLURM_ARRAY_TASK_ID: index,
  SLURM_RESTART_COUNT: restarts,
  SLURMD_NODENAME: node,
} = process.env;
const key = keyOf(name, index);
/** The number of an array's last task is that of the whole array. */
const jobId = keyOf(
  process.env[index === undefined ? 'SLURM_JOB_ID' : 'SLURM_ARRAY_JOB_ID']!,
  index,
);

/** SIGTERM: Slurm, or the runner, wants the job to end. SIGUSR2: its time is nearly over. SIGQUIT: end at once. */
const ending = new AbortController();
const killing = new AbortController();
let isOutOfTime = false;
process.on('SIGTERM', () => ending.abort());
process.on('SIGUSR2', () => {
  isOutOfTime = true;
  ending.abort();
});
process.on('SIGQUIT', () => {
  ending.abort();
  killing.abort();
});

/** A stage that Slurm ends may fail of it before this program has been told. */
const settlingMs = 500;

/** The devices that Slurm has given to the job, and where it may keep what passes. */
const ownVariables =
  /^(SLURM\w*|CUDA_VISIBLE_DEVICES|ROCR_VISIBLE_DEVICES|GPU_DEVICE_ORDINAL|TMPDIR)$/;

const stuck: WorkOutcome = {
  type: 'failed',
  message:
    'The stage saved nothing new before the time limit of its job, so it is not begun again. Give it more time: slurm: { time: 12h }.',
  isInvalidInput: false,
};

const order = places.readOrder(folder);
if (order?.key !== key) {
  console.error(`${folder} holds another job, or none: expected ${key}. It was given up.`);
  process.exit(1);
}
await work(order);
process.exit(0);

async function work(job: JobOrder): Promise<void> {
  const user = { work: `job ${jobId}`, signal: ending.signal };
  const fence = await takeLock(places.fenceOf(job), user);
  if (fence === undefined) return;
  try {
    // A copy of this job that was taken for dead may have gone on, and done it.
    if (places.isFinal(places.readOutcome(job))) return;
    places.removeOutcome(job);
    const goOn = restarts === undefined ? 'runs' : `goes on (restart ${restarts})`;
    const lines = openLines(job);
    lines.write('place', `job ${jobId} ${goOn} on ${node}`);
    const before = stateOf(job.work);
    let outcome = await localExecutor.run(workHere(job), {
      stop: { ending: ending.signal, killing: killing.signal, lost: fence.lost },
      onTicket: () => undefined,
      onLine: (line, source) => lines.write(source, line),
    });
    lines.end();
    if (outcome.type === 'failed') await delay(settlingMs);
    if (outcome.type === 'failed' && ending.signal.aborted) outcome = { type: 'interrupted' };
    const isStuck = isOutOfTime && outcome.type === 'interrupted' && stateOf(job.work) === before;
    if (isStuck) outcome = stuck;
    fence.confirm();
    places.writeOutcome(job, outcome);
    if (isOutOfTime && outcome.type === 'interrupted') requeue();
  } finally {
    fence.release();
  }
}

/** How the folder looks that the work goes on from. */
function stateOf({ resumedFrom }: StageWork): string {
  if (resumedFrom === undefined) return '';
  const files = readdirSync(resumedFrom, { recursive: true, encoding: 'utf8' }).map((name) => {
    const { mtimeMs, size } = lstatSync(join(resumedFrom, name));
    return [name, mtimeMs, size];
  });
  return JSON.stringify(files);
}

function workHere(job: JobOrder): StageWork {
  const given = Object.entries(job.work.environment).filter(([name]) => !ownVariables.test(name));
  const own = Object.entries(process.env).filter(([name]) => ownVariables.test(name));
  const environment = Object.fromEntries([...given, ...own]);
  return { ...job.work, environment, logFile: join(job.folder, places.logFile) };
}

/** Lines are gathered for a moment and written at once; a killed copy may have left half a one. */
function openLines(job: JobOrder): { write(source: string, line: string): void; end(): void } {
  const file = join(job.folder, places.linesFile);
  let waiting = '\n';
  const flush = (): void => {
    if (waiting !== '') appendFileSync(file, waiting);
    waiting = '';
  };
  const flushing = setInterval(flush, 100);
  return {
    write: (source, line) => void (waiting += `${JSON.stringify([source, line])}\n`),
    end() {
      clearInterval(flushing);
      flush();
    },
  };
}

function requeue(): void {
  const { status, stderr } = spawnSync('scontrol', ['requeue', jobId], { encoding: 'utf8' });
  if (status !== 0) console.error(`The job could not be queued again: ${stderr}`);
}
