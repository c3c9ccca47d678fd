import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LimberError } from '@limber/files';
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
  const candidates: { file: string; order: readonly number[] }[] = [];
  for (const file of folders.flatMap(listCheckpoints)) {
    try {
      candidates.push({ file, order: orderOf(file, await readCheckpointFacts(file)) });
    } catch (error) {
      reportDamage(file, error, report);
    }
  }
  candidates.sort((first, second) => compareOrders(second.order, first.order));
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

/**
 * What says how far a checkpoint is, the most telling first.
 *
 * @throws {LimberError} `corrupt-data`, since facts are read before their digest is checked.
 */
function orderOf(file: string, facts: CheckpointFacts): number[] {
  const { step, epoch, batch, point, callbacksDone }: Partial<LoopPosition> = facts.position ?? {};
  const order = [step, epoch, batch, pointOrder.indexOf(point!), callbacksDone];
  if (order.every(Number.isInteger)) return order as number[];
  throw new LimberError('corrupt-data', {
    where: `checkpoint ${file}`,
    what: 'its header is damaged',
    expected: 'a position',
    got: JSON.stringify(facts.position ?? null),
  });
}

/** Negative if the first comes before the second in a fit. */
function compareOrders(first: readonly number[], second: readonly number[]): number {
  const difference = first.findIndex((value, index) => value !== second[index]);
  return difference < 0 ? 0 : first[difference]! - second[difference]!;
}

function reportDamage(file: string, error: unknown, report: (message: string) => void): void {
  const reason = error instanceof Error ? error.message : String(error);
  report(`The checkpoint ${file} is passed over: ${reason}`);
}
