import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isLocked } from './lock.ts';
import { livenessOf } from './process-identity.ts';
import { cleaningLock } from './staging.ts';
import type { StateFolder } from './state-folder.ts';
import { listFolder } from './work-folder.ts';

/** How a run and those who remove things from the store keep out of each other's way. */
export interface StoreUse {
  /** Does something with the store while nothing is removed from it; waits until that is so. */
  hold<T>(action: () => Promise<T>): Promise<T>;
  /** Says that this run needs what was made for a fingerprint until it ends. Only within `hold`. */
  rely(fingerprint: string): void;
  /** The run has ended, and its private folder is going to be removed. */
  close(): void;
}

const pollMs = 20;

/**
 * Opens the store for the run with the private folder `staging`. While anything is held there is a
 * file `busy` in that folder, and `used` lists what the run relies on.
 */
export function openStoreUse(state: StateFolder, staging: string): StoreUse {
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
    },
  };
}

/** The file first, then the look: whoever removes things takes the lock first, then looks for files. */
async function enter(state: StateFolder, busy: string): Promise<void> {
  for (;;) {
    writeFileSync(busy, '');
    if (!isLocked(cleaningLock(state))) return;
    rmSync(busy, { force: true });
    await delay(pollMs);
  }
}

/** Waits, under the cleaning lock, until no run is at work in the store. */
export async function outwaitUsers(state: StateFolder): Promise<void> {
  while (liveStagings(state).some((staging) => existsSync(join(staging, 'busy')))) {
    await delay(pollMs);
  }
}

/** The fingerprints that the runs going on rely on. */
export function readRelied(state: StateFolder): string[] {
  return liveStagings(state).flatMap((staging) => {
    const file = join(staging, 'used');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  });
}

function liveStagings(state: StateFolder): string[] {
  return listFolder(state.staging)
    .filter((name) => livenessOf(name) !== 'dead')
    .map((name) => join(state.staging, name));
}
