import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '@limber/files';
import type { ZodType } from 'zod';
import { z } from 'zod';
import { plotsSchema } from '../../store/artifact.ts';
import { listFolder, readJson } from '../../store/read-if-there.ts';
import type { StageWork, WorkOutcome } from '../executor.ts';
import { createKey } from './job-key.ts';

/** A job and the folder in which the runner and it meet. */
export interface Job {
  /** By it the job is found in the queue, also if its number was never told; see `createKey`. */
  readonly key: string;
  readonly folder: string;
}

/** What a job is to do, as its folder says. */
export interface JobOrder extends Job {
  readonly work: StageWork;
}

/** Where the job's lines lie: one JSON list `[source, line]` in each. */
export const linesFile = 'lines';
/** What the stage prints. */
export const logFile = 'log';
/** What the job's program itself prints, which is nothing if all is well. */
export const complaintsFile = 'slurm.out';

const orderFile = 'job.json';
const outcomeFile = 'outcome.json';

/** The lock that a copy of the job holds while it works: a requeued one waits for the one before. */
export function fenceOf({ folder }: Job): string {
  return join(folder, 'fence');
}

/**
 * The job that does a piece of work: the one that an earlier run has noted in the work's folder, or a
 * new one. Only the user can read the folder, because the work's environment is there.
 */
export function openJob(work: StageWork): { readonly job: Job; readonly isNew: boolean } {
  const { folder } = work;
  const noted = readOrder(folder);
  if (noted !== undefined) return { job: noted, isNew: false };
  const key = createKey(work);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const order: JobOrder = { key, folder, work };
  writeFileAtomicSync(join(folder, orderFile), JSON.stringify(order));
  return { job: order, isNew: true };
}

/** What the job of a folder is to do; undefined if there is none. */
export function readOrder(folder: string): JobOrder | undefined {
  return readJson(join(folder, orderFile)) as JobOrder | undefined;
}

/** A ticket has the form of a process's identity, so that it can be waited for: the number stands for the process. */
export function ticketOf({ key, folder }: Job): string {
  return ['slurm', key, /\d+$/.exec(key)![0], Buffer.from(folder).toString('base64url')].join('~');
}

/** The job that a ticket stands for; undefined if it is no such ticket. */
export function jobOf(ticket: string): Job | undefined {
  const [, key, , folder] = ticket.split('~');
  if (key === undefined || !folder) return undefined;
  return { key, folder: Buffer.from(folder, 'base64url').toString() };
}

const outcomeSchema: ZodType<WorkOutcome> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('done'),
    metrics: z.record(z.string(), z.number()),
    plots: plotsSchema,
    provenance: z.record(z.string(), z.string()),
  }),
  z.strictObject({ type: z.literal('interrupted') }),
  z.strictObject({
    type: z.literal('failed'),
    message: z.string(),
    isInvalidInput: z.boolean(),
    exitCode: z.int().exactOptional(),
  }),
]);

/**
 * How the job says that its work ended, which is the truth whatever the queue says. `interrupted` is no
 * end: the job may be queued again.
 */
export function readOutcome({ folder }: Job): WorkOutcome | undefined {
  // Reading the folder makes a network file system ask its server, which a missing file alone does not.
  if (!listFolder(folder).includes(outcomeFile)) return undefined;
  return outcomeSchema.safeParse(readJson(join(folder, outcomeFile))).data;
}

/** Whether the work has ended for good. */
export function isFinal(outcome: WorkOutcome | undefined): outcome is WorkOutcome {
  return outcome !== undefined && outcome.type !== 'interrupted';
}

/** Says how the work ended. */
export function writeOutcome({ folder }: Job, outcome: WorkOutcome): void {
  writeFileAtomicSync(join(folder, outcomeFile), JSON.stringify(outcome));
}

/** Takes away what an earlier copy of the job said. */
export function removeOutcome({ folder }: Job): void {
  rmSync(join(folder, outcomeFile), { force: true });
}
