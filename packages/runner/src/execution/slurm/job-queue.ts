import { setTimeout as delay } from 'node:timers/promises';
import { gatherCalls } from './gather-calls.ts';
import { keyOf, splitKey } from './job-key.ts';
import { runSlurm } from './slurm-command.ts';

/** A job as the queue shows it; for some minutes also after it has ended. */
export interface QueuedJob {
  readonly key: string;
  /** `57`, or `57_3` of an array's task. */
  readonly id: string;
  /** `PENDING`, `RUNNING`, … */
  readonly state: string;
  /** Why it waits, or failed. */
  readonly reason: string;
}

const shortestPaceMs = 2_000;
const longestPaceMs = 30_000;
const waitMs = 50;

/**
 * What has ended, and is not queued again. A job that is `COMPLETING` may be: it is on its way out of
 * a node.
 */
const endedStates = [
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'REVOKED',
  'TIMEOUT',
];

/** Whether a job waits or runs. */
export function isActive({ state }: QueuedJob): boolean {
  return !endedStates.includes(state);
}

/** The jobs in what `squeue --array --format=%j|%i|%T|%r` prints. Keys hold no `|`. */
export function parseQueue(text: string): QueuedJob[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', id = '', state = '', ...reason] = line.split('|');
    if (!/^\d+(_\d+)?$/.test(id)) return [];
    return [{ key: keyOf(name, id.split('_')[1]), id, state, reason: reason.join('|') }];
  });
}

const asking = new Set<string>();
let asked: ReadonlySet<string> = new Set();
let next: Promise<readonly QueuedJob[] | undefined> | undefined;
let askedAt = -Infinity;
let paceMs = shortestPaceMs;
let answer = '';

/**
 * The jobs of a key, as the queue is after the call. All who ask meanwhile share one `squeue`, which is
 * run every 2 s, and every 30 s at last while nothing changes.
 *
 * @returns undefined if the queue does not answer, which says nothing about the job.
 */
export async function lookAtQueue(key: string): Promise<readonly QueuedJob[] | undefined> {
  if (!asked.has(key)) paceMs = shortestPaceMs;
  asking.add(key);
  next ??= askInTurn();
  return (await next)?.filter((job) => job.key === key);
}

/** Looks again soon: something is about to change. */
export function hurryQueue(): void {
  paceMs = shortestPaceMs;
}

async function askInTurn(): Promise<readonly QueuedJob[] | undefined> {
  // At least once, for those who ask at the same time.
  do await delay(waitMs);
  while (performance.now() < askedAt + paceMs);
  asked = new Set(asking);
  asking.clear();
  next = undefined;
  askedAt = performance.now();
  const names = new Set([...asked].map((key) => splitKey(key).name));
  const words = ['--noheader', '--array', '--states=all', '--format=%j|%i|%T|%r'];
  const { isGood, text } = await runSlurm('squeue', [...words, `--name=${[...names].join(',')}`]);
  if (!isGood) return undefined;
  paceMs = text === answer ? Math.min(paceMs * 1.5, longestPaceMs) : shortestPaceMs;
  answer = text;
  return parseQueue(text);
}

const cancelPauseMs = 50;

const cancelTogether = gatherCalls(cancelPauseMs, (options, jobs: readonly string[]) =>
  runSlurm('scancel', [...(JSON.parse(options) as string[]), ...jobs]),
);

/** Gives a job to `scancel`, with each of some lists of options in turn, and looks at the queue soon again. */
export async function cancelJob(
  key: string,
  calls: readonly (readonly string[])[] = [[]],
): Promise<void> {
  hurryQueue();
  const { name, index } = splitKey(key);
  // One task of an array has no name of its own.
  const found = index === undefined ? [] : ((await lookAtQueue(key)) ?? []).filter(isActive);
  const jobs = index === undefined ? [`--name=${name}`] : found.map(({ id }) => id);
  for (const options of calls) {
    await Promise.all(jobs.map((job) => cancelTogether(JSON.stringify(options), job)));
  }
}
