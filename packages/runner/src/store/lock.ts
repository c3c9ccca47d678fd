import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { currentProcess, livenessOf, pidOf, temporaryName } from '@limber/files';
import { listFolder, unlessMissing } from './read-if-there.ts';

/** A lock that this process holds. */
export interface Lock {
  release(): void;
}

const pollMs = 100;
const heartbeatMs = 2_000;
/** A holder on another host whose heartbeat stopped this long ago is taken for dead. */
const silenceMs = 15_000;

/**
 * Takes the lock that the folder `folder` stands for, waiting while a living process holds it.
 *
 * The folder holds numbered generations, each a folder that names its owner. The highest number is
 * the lock. To take it, a process adds the next number, which only one can do, once the owner has
 * released it or is dead; so a lock is never removed from under one who has just taken it, and a
 * killed owner blocks nobody.
 *
 * @param options.onWait - called once, if the lock is held, with the holder's process id.
 * @returns the lock, or undefined when `signal` was aborted first.
 */
export async function takeLock(
  folder: string,
  options: { readonly signal?: AbortSignal; readonly onWait?: (pid: number) => void } = {},
): Promise<Lock | undefined> {
  mkdirSync(folder, { recursive: true });
  let isWaiting = false;
  let watched: { readonly beat: number; readonly since: number } | undefined;
  while (options.signal?.aborted !== true) {
    const newest = newestGeneration(folder);
    const holder = newest === 0 ? undefined : holderOf(join(folder, String(newest)));
    if (holder === undefined) {
      if (addGeneration(folder, newest + 1)) return holdLock(folder, newest + 1);
      continue;
    }
    if (watched?.beat !== holder.beat) watched = { beat: holder.beat, since: performance.now() };
    const isSilent = performance.now() - watched.since > silenceMs;
    const liveness = livenessOf(holder.identity);
    if (liveness === 'dead' || (liveness === 'elsewhere' && isSilent)) {
      release(join(folder, String(newest)));
      continue;
    }
    if (!isWaiting) options.onWait?.(pidOf(holder.identity));
    isWaiting = true;
    await delay(pollMs);
  }
  return undefined;
}

/** Whether a living process holds the lock. */
export function isLocked(folder: string): boolean {
  return lockHolder(folder) !== undefined;
}

/** The id of the living process that holds the lock; undefined if there is none. */
export function lockHolder(folder: string): number | undefined {
  const newest = newestGeneration(folder);
  const holder = newest === 0 ? undefined : holderOf(join(folder, String(newest)));
  const isHeld = holder !== undefined && livenessOf(holder.identity) !== 'dead';
  return isHeld ? pidOf(holder.identity) : undefined;
}

function newestGeneration(folder: string): number {
  const numbers = listFolder(folder).filter((name) => /^\d+$/.test(name));
  return Math.max(0, ...numbers.map(Number));
}

interface Holder {
  readonly identity: string;
  /** Time of the last heartbeat, in ms, by the file system's clock. */
  readonly beat: number;
}

function holderOf(generation: string): Holder | undefined {
  if (existsSync(join(generation, 'released'))) return undefined;
  const owner = join(generation, 'owner');
  return unlessMissing(() => {
    return { identity: readFileSync(owner, 'utf8'), beat: statSync(owner).mtimeMs };
  });
}

/** Renaming a folder onto one that is not empty fails, so a generation has one owner. */
function addGeneration(folder: string, number: number): boolean {
  const generation = join(folder, String(number));
  const prepared = temporaryName(generation);
  mkdirSync(prepared);
  writeFileSync(join(prepared, 'owner'), currentProcess());
  try {
    renameSync(prepared, generation);
  } catch (error) {
    rmSync(prepared, { recursive: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM') return false;
    throw error;
  }
  if (newestGeneration(folder) === number) return true;
  rmSync(generation, { recursive: true });
  return false;
}

function holdLock(folder: string, number: number): Lock {
  const generation = join(folder, String(number));
  for (const name of listFolder(folder)) {
    if (!/^\d+$/.test(name) || Number(name) >= number) continue;
    rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }
  const heartbeat = setInterval(() => beat(join(generation, 'owner')), heartbeatMs);
  heartbeat.unref();
  return {
    release() {
      clearInterval(heartbeat);
      release(generation);
    },
  };
}

function beat(owner: string): void {
  const now = new Date();
  unlessMissing(() => utimesSync(owner, now, now));
}

function release(generation: string): void {
  unlessMissing(() => writeFileSync(join(generation, 'released'), ''));
}
