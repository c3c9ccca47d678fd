import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isMissing } from '../errors/is-missing.ts';
import { LimberError } from '../errors/limber-error.ts';
import { currentProcess, livenessOf } from '../processes/process-identity.ts';
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
 * for the same folder, and a folder that it was about to replace is put back.
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
  try {
    await mkdir(staging);
    const result = await fill(staging);
    options.signal?.throwIfAborted();
    await syncTree(staging, options.signal);
    await refuseOtherContent(target, options.replaceable);
    await replace(target, staging);
    return result;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
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

async function replace(target: string, staging: string): Promise<void> {
  const former = siblingName(target, 'former');
  const isThere = (await entriesOf(target)) !== undefined;
  if (isThere) await rename(target, former);
  try {
    await rename(staging, target);
  } catch (error) {
    if (isThere) await rename(former, target);
    throw error;
  }
  syncFolder(dirname(target));
  await rm(former, { recursive: true, force: true });
}

async function cleanUpAfterDead(target: string): Promise<void> {
  const left = await readdir(dirname(target));
  for (const role of ['former', 'partial'] as const) {
    for (const name of left.filter((entry) => entry.startsWith(prefixOf(target, role)))) {
      const owner = name.slice(prefixOf(target, role).length);
      if (livenessOf(owner) !== 'dead') continue;
      const folder = join(dirname(target), name);
      const isLost = role === 'former' && (await entriesOf(target)) === undefined;
      if (isLost) await rename(folder, target);
      else await rm(folder, { recursive: true, force: true });
    }
  }
}

async function refuseOtherContent(target: string, replaceable?: Replaceable): Promise<void> {
  const found = (await entriesOf(target)) ?? [];
  if (found.length === 0 || replaceable?.test(found) === true) return;
  throw new LimberError('invalid-argument', {
    where: target,
    what: 'the output folder is not empty',
    expected: `no folder of this name, or an empty one${replaceable ? `, or one of ${replaceable.what}` : ''}`,
    got: `${found.length} ${found.length === 1 ? 'entry' : 'entries'}`,
    fix: 'Remove it, or choose another name.',
  });
}

async function entriesOf(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
