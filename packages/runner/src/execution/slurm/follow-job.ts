import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLifeWatch } from '@limber/files';
import { parseJson } from '../../json.ts';
import { lockHolder } from '../../store/lock.ts';
import { readText } from '../../store/read-if-there.ts';
import type { LineSource, StageWork, WorkLine, WorkOutcome } from '../executor.ts';
import { createLineReader, tailFile } from './file-tail.ts';
import { describeEnd } from './job-end.ts';
import type { Job } from './job-folder.ts';
import { complaintsFile, fenceOf, isFinal, linesFile, logFile, readOutcome } from './job-folder.ts';
import type { QueuedJob } from './job-queue.ts';
import { cancelJob, hurryQueue, isActive, lookAtQueue } from './job-queue.ts';

/** How often the job's folder is looked at: at first, and while nothing comes. */
const shortestPauseMs = 50;
const longestPauseMs = 1_000;

/** A wish to end is repeated: a job that is just being started does not get it. */
const repeatMs = 5_000;

/** A job is over once the queue has said so this often: one that is requeued may be on its way. */
const enoughLooks = 2;

/** Passes on what the job writes until it has said how its work ended, or is over without a word. */
export async function followJob(job: Job, work: StageWork, line: WorkLine): Promise<WorkOutcome> {
  const { ending, killing, lost } = line.stop;
  const watch = createLifeWatch();
  const readLog = tailFile(join(job.folder, logFile));
  const readLines = tailFile(join(job.folder, linesFile));
  const toLines = createLineReader();
  const queue = watchQueue(job, line.onLine);
  const ask = createAsking(job, line.stop);
  let pauseMs = shortestPauseMs;
  let wasFree = true;
  appendFileSync(work.logFile, '');
  for (;;) {
    if (lost.aborted) return { type: 'interrupted' };
    // In this order: what is written before the end is read after it was seen.
    const isOver = queue.looksAfterEnd() >= enoughLooks;
    const isFree = lockHolder(fenceOf(job), watch) === undefined;
    const outcome = readOutcome(job);
    // Nobody works any more: the queue knows why.
    if (isFree && !wasFree) hurryQueue();
    wasFree = isFree;
    const printed = readLog();
    if (printed.length > 0) appendFileSync(work.logFile, printed);
    const lines = toLines(readLines());
    for (const text of lines) passOn(text, line.onLine);
    if (isFree && isFinal(outcome)) return outcome;
    if (isFree && ending.aborted && (isOver || outcome !== undefined)) {
      // Not to be queued again.
      await cancelJob(job.key);
      return { type: 'interrupted' };
    }
    if (isFree && isOver) {
      return describeEnd(queue.last(), readText(join(job.folder, complaintsFile)) ?? '');
    }
    if (ending.aborted || killing.aborted) await ask();
    pauseMs = lines.length > 0 ? shortestPauseMs : Math.min(pauseMs * 1.3, longestPauseMs);
    await delay(pauseMs);
  }
}

function passOn(text: string, onLine: WorkLine['onLine']): void {
  // A killed copy of the job may have left half a line.
  const [source, line] = (parseJson(text) ?? []) as [source?: LineSource, line?: string];
  if (source !== undefined && line !== undefined) onLine(line, source);
}

/** Looks at the queue again and again, and says what there is to say of it. */
function watchQueue(
  { key }: Job,
  onLine: WorkLine['onLine'],
): {
  /** How often it has said since that the job is over. */
  readonly looksAfterEnd: () => number;
  readonly last: () => QueuedJob | undefined;
} {
  let isLooking = false;
  let looks = 0;
  let last: QueuedJob | undefined;
  let told = '';
  const look = async (): Promise<void> => {
    const jobs = await lookAtQueue(key);
    isLooking = false;
    if (jobs === undefined) return;
    const active = jobs.find(isActive);
    last = active ?? jobs.at(-1) ?? last;
    looks = active === undefined ? looks + 1 : 0;
    if (active?.state !== 'PENDING') return;
    const news = `job ${active.id} waits in the queue (${active.reason})`;
    if (news !== told) onLine(news, 'place');
    told = news;
  };
  return {
    looksAfterEnd() {
      if (!isLooking) void look();
      isLooking = true;
      return looks;
    },
    last: () => last,
  };
}

/** Asks the job to end, as far as it is asked to by now. */
function createAsking({ key }: Job, { killing }: WorkLine['stop']): () => Promise<void> {
  let askedAt = -Infinity;
  let hasKilled = false;
  return async () => {
    const now = performance.now();
    if (now - askedAt < repeatMs && hasKilled === killing.aborted) return;
    askedAt = now;
    hasKilled = killing.aborted;
    const calls = killing.aborted
      ? [['--batch', '--signal=QUIT'], []]
      : [['--state=PENDING'], ['--batch', '--signal=TERM']];
    await cancelJob(key, calls);
  };
}
