import { renameSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** What Windows refuses a rename with while another program, a virus scanner above all, has one of the two open. */
const busy: ReadonlySet<unknown> = new Set(['EACCES', 'EBUSY', 'EPERM']);

/** Waits between attempts: 1.3 s in all. */
const waitsMs = [10, 20, 40, 80, 160, 320, 640];

/** What a rename is made with. */
interface RenameOptions<Result> {
  readonly platform?: NodeJS.Platform;
  readonly rename?: (from: string, to: string) => Result;
}

/**
 * Renames a file or a folder over what had that name. POSIX does so whoever reads the two; Windows only while nobody
 * does, so there it is tried again for a moment.
 */
export async function renamePatiently(
  from: string,
  to: string,
  options: RenameOptions<Promise<void>> = {},
): Promise<void> {
  const { platform = process.platform, rename: attempt = rename } = options;
  for (const waitMs of platform === 'win32' ? waitsMs : []) {
    try {
      return await attempt(from, to);
    } catch (error) {
      if (!isBusy(error)) throw error;
      await delay(waitMs);
    }
  }
  return attempt(from, to);
}

/** {@link renamePatiently} for code that may not wait, such as a handler of a signal: it sleeps. */
export function renamePatientlySync(
  from: string,
  to: string,
  options: RenameOptions<void> = {},
): void {
  const { platform = process.platform, rename: attempt = renameSync } = options;
  for (const waitMs of platform === 'win32' ? waitsMs : []) {
    try {
      return attempt(from, to);
    } catch (error) {
      if (!isBusy(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
    }
  }
  return attempt(from, to);
}

function isBusy(error: unknown): boolean {
  return busy.has((error as NodeJS.ErrnoException).code);
}
