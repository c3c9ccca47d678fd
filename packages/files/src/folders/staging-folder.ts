import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isMissing } from '../errors/is-missing.ts';
import { LimberError } from '../errors/limber-error.ts';
import { startHeartbeat } from '../processes/heartbeat.ts';
import { createLifeWatch } from '../processes/life-watch.ts';
import { leaseLost } from '../processes/lease-lost.ts';
import { currentProcess } from '../processes/process-identity.ts';
import type { Waiting } from '../processes/waiting.ts';
import { describeWaiting, waitForOthers } from '../processes/waiting.ts';
import { renamePatiently } from '../writing/rename-patiently.ts';
import { syncFolder } from '../writing/write-file-atomic.ts';
import { syncTree } from './sync-tree.ts';

/** What may be replaced by the new folder. */
export interface Replaceable {
  /** Says so in the message that refuses another folder: `shards`. */
  readonly what: string;
  /** Whether a folder with these entries may be replaced. An empty one always may. */
  readonly test: (entries: readonly string[]) => boolean;
}

/**
 * Makes a folder that appears whole or not at all: fills one beside it, syncs every file of it to
 * the device, and renames it.
 *
 * After an error nothing is left. What a process that was killed left is removed by the next call
 * for the same folder, and a folder that it was about to replace is put back. Where only its heartbeat
 * can tell whether it was killed, that call waits up to 15 s, and emits a process warning after 2 s.
 *
 * @param out - the folder to make. It must not exist yet, or be empty, or be replaceable.
 * @param fill - writes everything into the folder that it is given.
 * @param options.replaceable - without it only an empty folder is replaced.
 * @param options.signal - once it is aborted its reason is thrown, unless the folder is there already.
 * @returns what `fill` returns.
 * @throws {LimberError} `invalid-argument` if `out` holds something else.
 */
export async function withStagingFolder<T>(
  out: string,
  fill: (staging: string) => Promise<T>,
  options: { readonly replaceable?: Replaceable; readonly signal?: AbortSignal | undefined } = {},
): Promise<T> {
  options.signal?.throwIfAborted();
  const target = resolve(out);
  await mkdir(dirname(target), { recursive: true });
  await cleanUpAfterDead(target);
  await refuseOtherContent(target, options.replaceable);
  const staging = siblingName(target, 'partial');
  const stopHeart = startHeartbeat(staging);
  let opened: FileHandle | undefined;
  try {
    await mkdir(staging);
    opened = await openFolder(staging);
    const result = await fill(staging);
    await refuseIfTaken(staging, opened);
    options.signal?.throwIfAborted();
    await syncTree(staging, options.signal);
    await refuseOtherContent(target, options.replaceable);
    await replace(target, staging, options.replaceable);
    return result;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  } finally {
    stopHeart();
    await opened?.close();
  }
}

/** The folders that are being filled beside `out`, to become it: by {@link withStagingFolder} in this process or others. */
export async function listStagingFolders(out: string): Promise<string[]> {
  const target = resolve(out);
  const names = (await entriesOf(dirname(target))) ?? [];
  const partial = names.filter((name) => name.startsWith(prefixOf(target, 'partial')));
  return partial.map((name) => join(dirname(target), name));
}

/** `partial`: a folder that is being filled; `former`: one that is being replaced. */
type Role = 'partial' | 'former';

function siblingName(target: string, role: Role): string {
  const unique = randomBytes(4).toString('hex');
  return join(dirname(target), `${prefixOf(target, role)}${currentProcess()}~${unique}`);
}

function prefixOf(target: string, role: Role): string {
  return `.${basename(target)}.${role}-`;
}

async function replace(
  target: string,
  staging: string,
  replaceable: Replaceable | undefined,
): Promise<void> {
  const former = siblingName(target, 'former');
  const isThere = (await entriesOf(target)) !== undefined;
  if (isThere) await renamePatiently(target, former);
  try {
    // another call may have made it since it was looked at
    if (isThere) await refuseOtherContent(former, replaceable);
    await renamePatiently(staging, target);
  } catch (error) {
    if (isThere) await renamePatiently(former, target);
    throw isNotEmpty(error) ? otherContent(target, replaceable) : error;
  }
  syncFolder(dirname(target));
  await rm(former, { recursive: true, force: true });
}

function isNotEmpty(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === 'ENOTEMPTY' || code === 'EEXIST' || error instanceof LimberError;
}

async function cleanUpAfterDead(target: string): Promise<void> {
  const watch = createLifeWatch();
  const onWait = (waiting: Waiting): void => process.emitWarning(describeWaiting(waiting));
  const left = await readdir(dirname(target));
  for (const role of ['former', 'partial'] as const) {
    for (const name of left.filter((entry) => entry.startsWith(prefixOf(target, role)))) {
      const owner = name.slice(prefixOf(target, role).length);
      const folder = join(dirname(target), name);
      const work = `making ${target}`;
      let sighting = watch.look(owner, folder);
      const findUnsure = (): { identity: string; work: string; silentMs: number } | undefined => {
        sighting = watch.look(owner, folder);
        return sighting.life === 'unsure' ? { identity: owner, work, ...sighting } : undefined;
      };
      await waitForOthers(findUnsure, { onWait });
      if (sighting.life === 'alive') continue;
      const isLost = role === 'former' && (await entriesOf(target)) === undefined;
      if (isLost) await renamePatiently(folder, target);
      else await rm(folder, { recursive: true, force: true });
    }
  }
}

async function refuseOtherContent(target: string, replaceable?: Replaceable): Promise<void> {
  const found = (await entriesOf(target)) ?? [];
  if (found.length === 0 || replaceable?.test(found) === true) return;
  const got = `${found.length} ${found.length === 1 ? 'entry' : 'entries'}`;
  throw otherContent(target, replaceable, got);
}

function otherContent(
  target: string,
  replaceable: Replaceable | undefined,
  got = 'one that was made meanwhile',
): LimberError {
  return new LimberError('invalid-argument', {
    where: target,
    what: 'the output folder is not empty',
    expected: `no folder of this name, or an empty one${replaceable ? `, or one of ${replaceable.what}` : ''}`,
    got,
    fix: 'Remove it, or choose another name.',
  });
}

/** Others may have taken a process for dead that was stopped for long, and removed its folder. */
async function refuseIfTaken(staging: string, opened: FileHandle | undefined): Promise<void> {
  if (opened !== undefined && !(await isSameFolder(staging, opened))) throw leaseLost(staging);
}

async function isSameFolder(path: string, opened: FileHandle): Promise<boolean> {
  try {
    return (await stat(path)).ino === (await opened.stat()).ino;
  } catch (error) {
    // ESTALE: a network file system has lost what was opened.
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ESTALE') return false;
    throw error;
  }
}

/** While it is open, no other folder gets its inode. Windows opens no folders. */
async function openFolder(folder: string): Promise<FileHandle | undefined> {
  return process.platform === 'win32' ? undefined : await open(folder, 'r');
}

async function entriesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
