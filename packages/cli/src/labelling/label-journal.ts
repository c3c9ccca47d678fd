import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, writeFileAtomic } from '@limber/files';
import { counted } from '../terminal/counted.ts';
import type { Size } from '@limber/keypoints';
import type { PredictedPose } from '@limber/pose-trainer';

/** What the teacher found in one image. */
export interface FoundPoses {
  readonly size: Size;
  readonly poses: readonly PredictedPose[];
}

/** What was found so far, a line an image, so that an interrupted labelling goes on. */
export interface LabelJournal {
  /** A line for whoever started it again: what is known from before, or why it is not used; null at a first start. */
  readonly notice: string | null;
  /** @param key - the image as it looks now, see `describeStat`. */
  find(key: string): FoundPoses | undefined;
  add(key: string, found: FoundPoses): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal of a working folder. One of another teacher, or with persons found in another way, starts anew.
 *
 * @param identity - all that what is found depends on, besides the image.
 */
export async function openLabelJournal(workDir: string, identity: object): Promise<LabelJournal> {
  const file = join(workDir, 'labels.jsonl');
  const header = JSON.stringify(identity);
  await mkdir(workDir, { recursive: true });
  const [before, ...lines] = await readLines(file);
  const known = new Map<string, FoundPoses>();
  const isSame = before === header;
  for (const line of isSame ? lines : []) {
    const [key, found] = JSON.parse(line) as [string, FoundPoses];
    known.set(key, found);
  }
  // without what a process that was killed left of a line
  const whole = isSame ? [header, ...lines] : [header];
  await writeFileAtomic(file, whole.map((line) => `${line}\n`).join(''));
  const handle: FileHandle = await open(file, 'a');
  return {
    notice: describeBefore(before, isSame, known.size),
    find: (key) => known.get(key),
    add: async (key, found) => {
      await handle.appendFile(`${JSON.stringify([key, found])}\n`);
    },
    close: () => handle.close(),
  };
}

function describeBefore(before: string | undefined, isSame: boolean, count: number): string | null {
  if (before === undefined) return null;
  if (!isSame) {
    return 'An earlier labelling was interrupted, with another teacher or other persons: starting anew.';
  }
  return count === 0 ? null : `Going on: ${counted(count, 'image')} labelled before.`;
}

/** The lines that were written to their end. */
async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
