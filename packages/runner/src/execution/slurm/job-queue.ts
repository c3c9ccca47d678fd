import { setTimeout as delay } from 'node:timers/promises';
import { runSlurm } from './slurm-command.ts';

/** A job as the queue shows it; for some minutes also after it has ended. */
export interface QueuedJob {
  readonly key: string;
  readonly id: number;
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

/** The jobs in what `squeue --format=%j|%A|%T|%r` prints. Keys hold no `|`. */
export function parseQueue(text: string): QueuedJob[] {
  return text.split('\n').flatMap((line) => {
    const [key = '', id = '', state = '', ...reason] = line.split('|');
    return /^\d+$/.test(id) ? [{ key, id: Number(id), state, reason: reason.join('|') }] : [];
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
  const names = `--name=${[...asked].join(',')}`;
  const words = ['--noheader', '--states=all', '--format=%j|%A|%T|%r', names];
  const { isGood, text } = await runSlurm('squeue', words);
  if (!isGood) return undefined;
  paceMs = text === answer ? Math.min(paceMs * 1.5, longestPaceMs) : shortestPaceMs;
  answer = text;
  return parseQueue(text);
}
