import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readCheckpoint } from '@limber/trainer';

/**
 * Empties a training's folder but for one checkpoint, from wherever that is: the training goes on from it.
 *
 * @throws {LimberError} `missing-file` or `corrupt-data` if it is no whole checkpoint; the folder is as it was then.
 */
export async function placeCheckpoint(file: string, workDir: string): Promise<void> {
  await readCheckpoint(file);
  const aside = await mkdtemp(join(tmpdir(), 'limber-resume-'));
  const copy = join(aside, basename(file));
  await copyFile(file, copy);
  await rm(workDir, { recursive: true, force: true });
  const folder = join(workDir, 'checkpoints', 'last');
  await mkdir(folder, { recursive: true });
  await copyFile(copy, join(folder, basename(file)));
  await rm(aside, { recursive: true });
}
