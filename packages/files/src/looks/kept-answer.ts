import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMissing } from '../errors/is-missing.ts';
import { writeFileAtomicSync } from '../writing/write-file-atomic.ts';
import { lookKinds, numbersPerLook } from './look.ts';
import type { KeptLooks } from './match-looks.ts';
import { digestOf, groupSize, matchLooks } from './match-looks.ts';
import type { RecordedLooks } from './record-looks.ts';

/** From so many groups on, a second thread is worth its start. */
const sharedGroups = 40;

// Node cannot load TypeScript in a worker thread, so it is the built file, whether this one is built or not
const workerFile = fileURLToPath(new URL('../../dist/looks/match-worker.js', import.meta.url));

/** The first line of the file: what is not as expected makes the answer one that was never kept. */
interface Head {
  readonly format: typeof format;
  readonly answer: string;
  /** When the answer is too old, in ms since 1970. */
  readonly until: number;
  /** A digest of what each group of looks saw. */
  readonly groups: readonly string[];
  /** A digest of the lines below. */
  readonly looks: string;
}

const format = 'limber-answer/1';

/**
 * Keeps what a program answered, with all that it looked at for it.
 *
 * @param until - when the answer is to be found anew in any case, in ms since 1970.
 */
export function keepAnswer(
  file: string,
  answer: string,
  { recorded, until }: { readonly recorded: RecordedLooks; readonly until: number },
): void {
  const { looks, numbers } = recorded;
  // A name with a line break would be read as two.
  if (looks.some(({ path }) => path.includes('\n'))) return;
  const lines = looks.map(({ kind, path }) => `${lookKinds.indexOf(kind)}${path}`).join('\n');
  const groups: string[] = [];
  for (let start = 0; start < looks.length; start += groupSize) {
    groups.push(digestOf(numbers.subarray(start * numbersPerLook, endOf(start, looks.length))));
  }
  const head: Head = { format, answer, until, groups, looks: digestOf(lines) };
  writeFileAtomicSync(file, `${JSON.stringify(head)}\n${lines}`);
}

/**
 * The kept answer, if everything that was looked at for it looks the same now.
 *
 * @returns undefined if anything does not, or the answer is too old, damaged or not there.
 */
export async function recallAnswer(file: string): Promise<string | undefined> {
  const text = readText(file);
  const end = text.indexOf('\n');
  const head = readHead(text.slice(0, Math.max(end, 0)));
  const lines = text.slice(end + 1);
  if (head === undefined || head.until < Date.now() || head.looks !== digestOf(lines)) {
    return undefined;
  }
  const next = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return (await matchAll({ lines, groups: head.groups, next })) ? head.answer : undefined;
}

async function matchAll(kept: KeptLooks): Promise<boolean> {
  if (kept.groups.length < sharedGroups) return matchLooks(kept);
  // What most answers need not is loaded here: a rerun is to be fast.
  const { Worker } = await import('node:worker_threads');
  const worker = new Worker(workerFile, { workerData: kept, execArgv: [] });
  const theirs = once(worker, 'message') as Promise<[boolean]>;
  const isOurs = matchLooks(kept);
  const [isTheirs] = await theirs;
  return isOurs && isTheirs;
}

function endOf(start: number, count: number): number {
  return Math.min(start + groupSize, count) * numbersPerLook;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

function readHead(line: string): Head | undefined {
  try {
    const head = JSON.parse(line) as Head;
    return head.format === format ? head : undefined;
  } catch {
    return undefined;
  }
}
