import { mkdir } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import lockfile from 'proper-lockfile';

/** A lock whose holder was killed is free again after this time. */
const staleMs = 5000;
const updateMs = 1000;
const pollMs = 250;

/**
 * Runs `work` while no other process on this machine runs it for the same folder.
 *
 * @param folder - the folder to lock; it is created.
 * @param options.onWait - called once if another process holds the lock.
 * @param options.signal - once it is aborted, waiting ends and its reason is thrown.
 */
export async function withInstallationLock<T>(
  folder: string,
  options: { readonly onWait: () => void; readonly signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(folder, { recursive: true });
  const release = await acquire(folder, options);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(
  folder: string,
  { onWait, signal }: { readonly onWait: () => void; readonly signal?: AbortSignal | undefined },
): Promise<() => Promise<void>> {
  for (let hasWaited = false; ; hasWaited = true) {
    signal?.throwIfAborted();
    try {
      let isCompromised = false;
      const release = await lockfile.lock(folder, {
        stale: staleMs,
        update: updateMs,
        // After a long suspension another process may hold the lock. Both stages are private and the
        // final rename is atomic, so the work goes on.
        onCompromised: () => {
          isCompromised = true;
        },
      });
      return async () => {
        if (!isCompromised) await release();
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (!hasWaited) onWait();
      await setTimeout(pollMs);
    }
  }
}
