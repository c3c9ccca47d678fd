import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { readCheckpoint } from '@limber/trainer';

/**
 * Empties a training's folder but for one checkpoint, from wherever that is, and the logs beside it: the training goes on from
 * there.
 *
 * @throws {LimberError} `missing-file` or `corrupt-data` if it is no whole checkpoint; the folder is as it was then.
 */
export async function placeCheckpoint(file: string, workDir: string): Promise<void> {
  await readCheckpoint(file);
  const aside = await mkdtemp(join(tmpdir(), 'limber-resume-'));
  try {
    const copy = join(aside, basename(file));
    await copyFile(file, copy);
    // a training keeps its checkpoints in checkpoints/<kind>/, and its logs in logs/
    const logs = resolve(file, '../../../logs');
    if (existsSync(logs)) await cp(logs, join(aside, 'logs'), { recursive: true });
    await rm(workDir, { recursive: true, force: true });
    const folder = join(workDir, 'checkpoints', 'last');
    await mkdir(folder, { recursive: true });
    await copyFile(copy, join(folder, basename(file)));
    if (existsSync(join(aside, 'logs'))) {
      await cp(join(aside, 'logs'), join(workDir, 'logs'), { recursive: true });
    }
  } finally {
    await rm(aside, { recursive: true });
  }
}
