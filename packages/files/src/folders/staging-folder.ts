import { LimberError } from '../errors/limber-error.ts';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Makes a folder all at once: fills one of another name beside it, and renames it when it is complete.
 * After an error, or when the process is killed, nothing lies under the final name.
 *
 * @param out - the folder to make; it must not exist yet, or be empty.
 * @param fill - writes everything into the folder that it is given.
 * @throws {LimberError} `invalid-argument` if `out` holds something.
 */
export async function withStagingFolder<T>(
  out: string,
  fill: (staging: string) => Promise<T>,
): Promise<T> {
  const target = resolve(out);
  await refuseWhatIsThere(target);
  await mkdir(dirname(target), { recursive: true });
  await removeAbandoned(target);
  const staging = `${stagingPrefix(target)}${process.pid}`;
  try {
    await mkdir(staging);
    const result = await fill(staging);
    await refuseWhatIsThere(target);
    await rmdir(target).catch(() => undefined);
    await rename(staging, target);
    return result;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

async function refuseWhatIsThere(target: string): Promise<void> {
  const found = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (found.length === 0) return;
  throw new LimberError('invalid-argument', {
    where: target,
    what: 'the output folder is not empty',
    expected: 'no folder of this name, or an empty one',
    got: `${found.length} ${found.length === 1 ? 'entry' : 'entries'}`,
    fix: 'Remove it, or choose another name.',
  });
}

function stagingPrefix(target: string): string {
  return join(dirname(target), `.${basename(target)}.partial-`);
}

/** Removes what a killed process left, known by the number of a process that is no more. */
async function removeAbandoned(target: string): Promise<void> {
  const prefix = basename(stagingPrefix(target));
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    const owner = Number(name.slice(prefix.length));
    if (Number.isInteger(owner) && owner !== process.pid && isRunning(owner)) continue;
    await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
