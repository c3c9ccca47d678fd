import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckpointContents, CheckpointFacts, LoopPosition } from './checkpoint.ts';
import { checkpointExtension, readCheckpoint, readCheckpointFacts } from './checkpoint-file.ts';

/** A checkpoint whose digest was checked, and its file. */
export interface FoundCheckpoint {
  readonly file: string;
  readonly contents: CheckpointContents;
}

/**
 * The checkpoint that is furthest in training among those that are whole. A damaged one is reported, and the one before it is taken.
 *
 * @param folders - those that are missing count as empty.
 * @param report - called with a line for every damaged file that was passed over.
 * @returns null if there is none.
 */
export async function findLastGoodCheckpoint(
  folders: readonly string[],
  report: (message: string) => void,
): Promise<FoundCheckpoint | null> {
  const candidates: { file: string; facts: CheckpointFacts }[] = [];
  for (const file of folders.flatMap(listCheckpoints)) {
    try {
      candidates.push({ file, facts: await readCheckpointFacts(file) });
    } catch (error) {
      reportDamage(file, error, report);
    }
  }
  candidates.sort((first, second) => comparePositions(second.facts.position, first.facts.position));
  for (const { file } of candidates) {
    try {
      return { file, contents: await readCheckpoint(file) };
    } catch (error) {
      reportDamage(file, error, report);
    }
  }
  return null;
}

/** Checkpoint files of a folder, by name; those still being written are none. */
export function listCheckpoints(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(checkpointExtension))
    .sort()
    .map((name) => join(folder, name));
}

const pointOrder = ['nothing', 'batch', 'validation', 'epoch'] as const;

/** Negative if the first comes before the second in a fit. */
function comparePositions(first: LoopPosition, second: LoopPosition): number {
  const keys = (at: LoopPosition): number[] => [
    at.step,
    at.epoch,
    at.batch,
    pointOrder.indexOf(at.point),
    at.callbacksDone,
  ];
  const [a, b] = [keys(first), keys(second)];
  const difference = a.findIndex((value, index) => value !== b[index]);
  return difference < 0 ? 0 : a[difference]! - b[difference]!;
}

function reportDamage(file: string, error: unknown, report: (message: string) => void): void {
  const reason = error instanceof Error ? error.message : String(error);
  report(`The checkpoint ${file} is passed over: ${reason}`);
}
