import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { currentProcess, livenessOf } from '@limber/files';
import { isLocked, takeLock } from './lock.ts';
import { listFolder, readText } from './read-if-there.ts';
import type { StateFolder } from './state-folder.ts';
import { sha256Schema } from './stored-names.ts';

/** Keeps a run and those who remove things from the store from disturbing each other. */
export interface StoreUse {
  /** The private folder of the run. */
  readonly staging: string;
  /** Does something with the store while nothing is removed from it; waits until that is so. */
  hold<T>(action: () => Promise<T>): Promise<T>;
  /** Says that this run needs what was made for a fingerprint until it ends. Only within `hold`. */
  rely(fingerprint: string): void;
  /** The run has ended: removes its private folder. */
  close(): void;
}

const pollMs = 20;

/**
 * Opens the store for a run, and removes what killed runs left behind. While anything is held there
 * is a file `busy` in the run's private folder, and `used` lists what the run relies on.
 *
 * @param signal - ends the waiting for those who remove things from the store.
 */
export async function openStoreUse(
  state: StateFolder,
  signal: AbortSignal = new AbortController().signal,
): Promise<StoreUse> {
  const staging = join(state.staging, `${currentProcess()}~${randomBytes(6).toString('hex')}`);
  mkdirSync(staging, { recursive: true });
  removeAbandoned(state);
  while (isLocked(state.cleaningLock) && !signal.aborted) await delay(pollMs);
  const busy = join(staging, 'busy');
  let holders = 0;
  let entering: Promise<void> | undefined;
  let relied: string[] = [];
  let isClosed = false;
  const leaveIfIdle = (): void => {
    if (isClosed || holders > 0 || entering === undefined) return;
    entering = undefined;
    if (relied.length > 0) appendFileSync(join(staging, 'used'), `${relied.join('\n')}\n`);
    relied = [];
    rmSync(busy, { force: true });
  };
  return {
    staging,
    async hold(action) {
      holders++;
      try {
        entering ??= enter(state, busy);
        await entering;
        return await action();
      } finally {
        holders--;
        // Stages that follow one another at once share one stay.
        if (holders === 0) setImmediate(leaveIfIdle);
      }
    },
    rely: (fingerprint) => void relied.push(fingerprint),
    close() {
      isClosed = true;
      rmSync(staging, { recursive: true, force: true });
    },
  };
}

/** For a dry run, which changes nothing and waits for nobody. */
export const readOnlyUse: StoreUse = {
  staging: '',
  hold: (action) => action(),
  rely: () => undefined,
  close: () => undefined,
};

function removeAbandoned(state: StateFolder): void {
  for (const name of listFolder(state.staging)) {
    if (livenessOf(name) !== 'dead') continue;
    // A stage that has lost its runner may still be writing there.
    const retries = { maxRetries: 10, retryDelay: 50 };
    rmSync(join(state.staging, name), { recursive: true, force: true, ...retries });
  }
}

/** The file first, then the look: whoever removes things takes the lock first, then looks for files. */
async function enter(state: StateFolder, busy: string): Promise<void> {
  for (;;) {
    writeFileSync(busy, '');
    if (!isLocked(state.cleaningLock)) return;
    rmSync(busy, { force: true });
    await delay(pollMs);
  }
}

/** Does something to the store while nobody else removes things from it; runs that start wait. */
export async function withCleaningLock<T>(
  state: StateFolder,
  action: () => T | Promise<T>,
): Promise<T> {
  const lock = await takeLock(state.cleaningLock);
  try {
    return await action();
  } finally {
    lock?.release();
  }
}

/** Waits, under the cleaning lock, until no run is at work in the store. */
export async function waitForHolders(state: StateFolder): Promise<void> {
  const isBusy = (run: string): boolean => existsSync(join(state.staging, run, 'busy'));
  while (listLiveRuns(state).some(isBusy)) await delay(pollMs);
}

/** The fingerprints that the runs going on rely on. */
export function readFingerprintsInUse(state: StateFolder): string[] {
  return listLiveRuns(state).flatMap((run) =>
    (readText(join(state.staging, run, 'used')) ?? '')
      .split('\n')
      .filter((line) => sha256Schema.safeParse(line).success),
  );
}

/** The runs that are going on in this workspace, by the identities of their processes. */
export function listLiveRuns(state: StateFolder): string[] {
  return listFolder(state.staging).filter((name) => livenessOf(name) !== 'dead');
}
