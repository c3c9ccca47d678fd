import { stat } from 'node:fs/promises';
import { LimberError } from '@limber/files';
import { readCheckpoint } from './checkpoint-file.ts';
import { listCheckpoints } from './find-checkpoint.ts';

/** Whether a checkpoint is what was written. */
export type CheckpointVerdict =
  | { readonly file: string; readonly isWhole: true; readonly step: number }
  | { readonly file: string; readonly isWhole: false; readonly problem: string };

/**
 * Checks checkpoints by their digests.
 *
 * @param places - files, and folders whose checkpoints are all meant.
 * @throws {LimberError} `missing-file` if a place is not there, or a folder holds none.
 */
export async function verifyCheckpoints(places: readonly string[]): Promise<CheckpointVerdict[]> {
  const verdicts: CheckpointVerdict[] = [];
  for (const place of places) {
    for (const file of await filesAt(place)) verdicts.push(await verify(file));
  }
  return verdicts;
}

async function filesAt(place: string): Promise<string[]> {
  const found = await stat(place).catch((cause: unknown) => {
    throw new LimberError('missing-file', { where: place, what: 'not there' }, { cause });
  });
  if (!found.isDirectory()) return [place];
  const files = listCheckpoints(place);
  if (files.length > 0) return files;
  throw new LimberError('missing-file', { where: place, what: 'the folder holds no checkpoint' });
}

async function verify(file: string): Promise<CheckpointVerdict> {
  try {
    const { facts } = await readCheckpoint(file);
    return { file, isWhole: true, step: facts.position.step };
  } catch (error) {
    if (!(error instanceof LimberError)) throw error;
    return { file, isWhole: false, problem: error.message };
  }
}
