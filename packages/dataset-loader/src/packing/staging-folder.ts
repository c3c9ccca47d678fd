import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LimberError } from '@limber/files';
import { indexFile } from '../shards/shard-index.ts';

/** A folder that is not there until it is complete. */
export interface StagingFolder {
  /** Writes a file to disk, through to the device. */
  write(name: string, content: Uint8Array | string): Promise<void>;
  /** Moves everything written to its final place, instead of what was packed there before. */
  commit(): Promise<void>;
  /** Removes everything written. */
  discard(): Promise<void>;
}

/**
 * Opens a hidden folder beside `out`, to become `out` by one rename.
 *
 * @throws {LimberError} `invalid-argument` if `out` holds something other than shards.
 */
export async function createStagingFolder(out: string): Promise<StagingFolder> {
  const target = resolve(out);
  await checkReplaceable(target);
  const sibling = (suffix: string): string =>
    join(dirname(target), `.${basename(target)}.${suffix}`);
  const staging = sibling('partial');
  const former = sibling('former');
  // leftovers of a run that was killed
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  return {
    write: (name, content) => writeThrough(join(staging, name), content),
    commit: async () => {
      await rm(former, { recursive: true, force: true });
      if ((await contentOf(target)) !== undefined) await rename(target, former);
      await rename(staging, target);
      await rm(former, { recursive: true, force: true });
    },
    discard: () => rm(staging, { recursive: true, force: true }),
  };
}

async function checkReplaceable(target: string): Promise<void> {
  const content = (await contentOf(target)) ?? [];
  if (content.length === 0 || content.includes(indexFile)) return;
  throw new LimberError('invalid-argument', {
    where: target,
    what: 'the folder is in use',
    expected: 'no such folder, an empty one, or one of shards',
    got: content.slice(0, 3).join(', '),
    fix: 'Choose another folder for the shards.',
  });
}

async function contentOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeThrough(file: string, content: Uint8Array | string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
