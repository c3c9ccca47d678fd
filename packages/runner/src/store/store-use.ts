import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LifeWatch, Sighting, WaitOptions } from '@limber/files';
import {
  createLifeWatch,
  currentProcess,
  leaseLost,
  livenessOf,
  startHeartbeat,
  waitForOthers,
} from '@limber/files';
import type { Lock } from './lock.ts';
import { isLocked, takeLock, waitUntilFree } from './lock.ts';
import { listFolder, readText } from './read-if-there.ts';
import type { StateFolder } from './state-folder.ts';
import { readUse } from './work-folder.ts';

/** Keeps a run and those who remove things from the store from disturbing each other. */
export interface StoreUse {
  /** The private folder of the run. */
  readonly staging: string;
  /**
   * Does something with the store while nothing is removed from it; waits until that is so.
   *
   * @throws {PipelineError} `lease-lost` if others have taken this run for dead.
   */
  hold<T>(action: () => Promise<T>): Promise<T>;
  /** @throws {PipelineError} `lease-lost` if others have taken this run for dead. */
  confirm(): void;
  /**
   * Says that this run needs, until it ends, what was made for a fingerprint, the working folder of a
   * work key, or an object. Only within `hold`.
   */
  rely(key: string): void;
  /** The run has ended: removes its private folder. */
  close(): void;
}

/** Who does something in the store, and how it waits for others. */
export interface StoreUser extends WaitOptions {
  /** For those who wait for it: `pipeline squat`. */
  readonly work: string;
}

/** How often a run looks for what dead ones left behind. */
const sweepMs = 1_000;

/**
 * Opens the store for a run, and removes what killed runs left behind. While anything is held there
 * is a file `busy` in the run's private folder, and `used` lists what the run relies on. The folder
 * itself gets the run's heartbeat.
 *
 * @param user.signal - ends the waiting for those who remove things from the store, at the start.
 */
export async function openStoreUse(state: StateFolder, user: StoreUser): Promise<StoreUse> {
  const staging = join(state.staging, `${currentProcess()}~${randomBytes(6).toString('hex')}`);
  mkdirSync(staging, { recursive: true });
  writeFileSync(join(staging, 'work'), user.work);
  const stopHeart = startHeartbeat(staging);
  const watch = createLifeWatch();
  lookAtRuns(state, watch, { maxRetries: 10 });
  const sweeping = setInterval(() => lookAtRuns(state, watch), sweepMs);
  sweeping.unref();
  await waitUntilFree(state.cleaningLock, user);
  const busy = join(staging, 'busy');
  let holders = 0;
  let entering: Promise<void> | undefined;
  let relied: string[] = [];
  let isClosed = false;
  const confirm = (): void => {
    if (!existsSync(join(staging, 'work'))) throw leaseLost(staging);
  };
  /** The file first, then the look: whoever removes things takes the lock first, then looks for files. */
  const enter = async (): Promise<void> => {
    for (;;) {
      confirm();
      writeFileSync(busy, '');
      if (!isLocked(state.cleaningLock)) return;
      rmSync(busy, { force: true });
      await waitUntilFree(state.cleaningLock, { onWait: user.onWait });
    }
  };
  const leaveIfIdle = (): void => {
    if (isClosed || holders > 0 || entering === undefined) return;
    entering = undefined;
    const needed = relied.splice(0);
    if (!existsSync(join(staging, 'work'))) return;
    if (needed.length > 0) appendFileSync(join(staging, 'used'), `${needed.join('\n')}\n`);
    rmSync(busy, { force: true });
  };
  return {
    staging,
    async hold(action) {
      holders++;
      try {
        entering ??= enter();
        await entering;
        const result = await action();
        confirm();
        return result;
      } catch (error) {
        confirm();
        throw error;
      } finally {
        holders--;
        // Stages that follow one another at once share one stay.
        if (holders === 0) setImmediate(leaveIfIdle);
      }
    },
    confirm,
    rely: (key) => void relied.push(key),
    close() {
      isClosed = true;
      clearInterval(sweeping);
      stopHeart();
      lookAtRuns(state, watch);
      rmSync(staging, { recursive: true, force: true });
    },
  };
}

/** For a dry run, which changes nothing and waits for nobody. */
export const readOnlyUse: StoreUse = {
  staging: '',
  hold: (action) => action(),
  confirm: () => undefined,
  rely: () => undefined,
  close: () => undefined,
};

/** Looks at all runs, and removes what dead ones left behind. */
function lookAtRuns(
  state: StateFolder,
  watch: LifeWatch,
  { maxRetries = 0 }: { readonly maxRetries?: number } = {},
): (Sighting & { readonly run: string })[] {
  const looks = listFolder(state.staging).map((run) => ({
    run,
    ...watch.look(run, join(state.staging, run)),
  }));
  for (const { run } of looks.filter(({ life }) => life === 'dead')) {
    removeAbandoned(join(state.staging, run), maxRetries);
  }
  return looks.filter(({ life }) => life !== 'dead');
}

/** A stage that has lost its runner may still be writing there; then the next look removes the rest. */
function removeAbandoned(folder: string, maxRetries: number): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries, retryDelay: 50 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EBUSY') throw error;
  }
}

/**
 * Does something to the store while nobody else removes things from it, no run is at work in it, and
 * all runs that are left are alive. Runs that start wait.
 */
export async function withCleaningLock<T>(
  state: StateFolder,
  user: StoreUser,
  action: (lock: Lock) => T | Promise<T>,
): Promise<T> {
  const lock = (await takeLock(state.cleaningLock, user))!;
  try {
    await waitForHolders(state, user);
    return await action(lock);
  } finally {
    lock.release();
  }
}

async function waitForHolders(state: StateFolder, user: StoreUser): Promise<void> {
  const watch = createLifeWatch();
  await waitForOthers(() => {
    const found = lookAtRuns(state, watch).find(
      ({ run, life }) => life === 'unsure' || existsSync(join(state.staging, run, 'busy')),
    );
    const work = found && (readText(join(state.staging, found.run, 'work')) ?? 'a run');
    return found && { identity: found.run, work: work!, silentMs: found.silentMs };
  }, user);
}

/** The fingerprints, work keys and objects that the runs going on rely on. */
export function readKeysInUse(state: StateFolder): string[] {
  return listLiveRuns(state).flatMap((run) => readUse(join(state.staging, run)));
}

/** The runs that are going on in this workspace, by the identities of their processes. */
export function listLiveRuns(state: StateFolder): string[] {
  return listFolder(state.staging).filter((name) => livenessOf(name) !== 'dead');
}
