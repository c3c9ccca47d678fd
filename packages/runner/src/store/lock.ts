import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LifeWatch, WaitOptions } from '@limber/files';
import {
  createLifeWatch,
  currentProcess,
  leaseLost,
  startHeartbeat,
  temporaryName,
  waitForOthers,
} from '@limber/files';
import { listFolder, unlessMissing } from './read-if-there.ts';

/** A lock that this process holds. */
export interface Lock {
  readonly folder: string;
  /** Aborted when others have taken this process for dead, and the lock for free. */
  readonly lost: AbortSignal;
  /** @throws {PipelineError} `lease-lost` if the lock is lost. */
  confirm(): void;
  release(): void;
}

/** How somebody waits for a lock. */
export type LockWait = WaitOptions & { readonly watch?: LifeWatch };

/** How soon the owner notices that it has lost the lock. */
const confirmMs = 1_000;

/**
 * Takes the lock that the folder `folder` stands for, waiting while a living process holds it.
 *
 * The folder holds numbered generations, each a folder that names its owner. The highest number is
 * the lock. To take it, a process adds the next number, which only one can do, once the owner has
 * released it or is dead; so a lock is never removed from under one who has just taken it, and a
 * killed owner blocks nobody. Where only a heartbeat can tell whether the owner lives, the lock is a
 * lease: an owner that was stopped for too long finds it lost.
 *
 * @param options.work - what it is taken for, for those who wait.
 * @returns the lock, or undefined when `signal` was aborted first.
 */
export async function takeLock(
  folder: string,
  options: LockWait & { readonly work: string },
): Promise<Lock | undefined> {
  mkdirSync(folder, { recursive: true });
  for (;;) {
    const newest = await waitUntilFree(folder, options);
    if (newest === undefined) return undefined;
    if (addGeneration(folder, newest + 1, options.work)) return holdLock(folder, newest + 1);
  }
}

/**
 * Waits until no living process holds the lock.
 *
 * @returns the latest generation, or undefined when `signal` was aborted first.
 */
export async function waitUntilFree(
  folder: string,
  options: LockWait,
): Promise<number | undefined> {
  const { watch = createLifeWatch() } = options;
  let newest = 0;
  const isFree = await waitForOthers(() => {
    newest = newestGeneration(folder);
    const generation = join(folder, String(newest));
    const holder = newest === 0 ? undefined : holderOf(generation);
    const sighting = holder && watch.look(holder.identity, join(generation, 'owner'));
    if (sighting?.life === 'dead') release(generation);
    return sighting?.life === 'dead' ? undefined : holder && { ...holder, ...sighting! };
  }, options);
  return isFree ? newest : undefined;
}

/** A process that holds a lock. */
export interface LockHolder {
  readonly identity: string;
  /** What it holds it for. */
  readonly work: string;
  readonly silentMs: number;
}

/** Whether a process holds the lock that is not known to be dead. */
export function isLocked(folder: string): boolean {
  return lockHolder(folder, createLifeWatch()) !== undefined;
}

/** Who holds the lock; undefined if nobody does, or one that is dead. */
export function lockHolder(folder: string, watch: LifeWatch): LockHolder | undefined {
  const newest = newestGeneration(folder);
  const generation = join(folder, String(newest));
  const holder = newest === 0 ? undefined : holderOf(generation);
  if (holder === undefined) return undefined;
  const { life, silentMs } = watch.look(holder.identity, join(generation, 'owner'));
  return life === 'dead' ? undefined : { ...holder, silentMs };
}

function newestGeneration(folder: string): number {
  const numbers = listFolder(folder).filter((name) => /^\d+$/.test(name));
  return Math.max(0, ...numbers.map(Number));
}

function holderOf(
  generation: string,
): { readonly identity: string; readonly work: string } | undefined {
  if (existsSync(join(generation, 'released'))) return undefined;
  const text = unlessMissing(() => readFileSync(join(generation, 'owner'), 'utf8'));
  if (text === undefined) return undefined;
  const [identity = '', work = ''] = text.split('\n');
  return { identity, work };
}

/** Renaming a folder onto one that is not empty fails, so a generation has one owner. */
function addGeneration(folder: string, number: number, work: string): boolean {
  const generation = join(folder, String(number));
  const prepared = temporaryName(generation);
  mkdirSync(prepared);
  writeFileSync(join(prepared, 'owner'), `${currentProcess()}\n${work}`);
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
  const stopHeart = startHeartbeat(join(generation, 'owner'));
  const lost = new AbortController();
  const isHeld = (): boolean =>
    newestGeneration(folder) === number && !existsSync(join(generation, 'released'));
  const confirming = setInterval(() => isHeld() || lost.abort(), confirmMs);
  confirming.unref();
  return {
    folder,
    lost: lost.signal,
    confirm() {
      if (!isHeld()) throw leaseLost(folder);
    },
    release() {
      clearInterval(confirming);
      stopHeart();
      release(generation);
    },
  };
}

function release(generation: string): void {
  unlessMissing(() => writeFileSync(join(generation, 'released'), ''));
}
